import { Box, Static, Text, useApp, useCursor, useInput, usePaste } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import { type Key, keysOf } from './key.ts';
import type { Drawn } from './pane.ts';

/**
 * What is on the screen: marks of what has gone to the scrollback, and the live region. Ink's `<Static>` wants every mark there ever was; so that
 * they do not grow for ever a new one begins with each `roll`.
 */
export type Shown = { readonly roll: number; readonly marks: readonly string[]; readonly live: Drawn };
/** Hands the terminal to `work` as it was before, and takes it back afterwards. */
export type Lend = (work: () => Promise<void>) => Promise<void>;
export type AppProps = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => Shown;
  readonly onKey: (key: Key) => void;
  /** Given the mark that stands for a paste. */
  readonly onPaste: (mark: string) => void;
  /** Called once, with what only a component can have of Ink. */
  readonly onLend: (lend: Lend) => void;
};

/** Stacks rows that are drawn already, and hands keys on. */
export function App({ subscribe, get, onKey, onPaste, onLend }: AppProps) {
  const { roll, marks, live } = useSyncExternalStore(subscribe, get);
  const { setCursorPosition } = useCursor();
  const { suspendTerminal } = useApp();
  useEffect(() => onLend(suspendTerminal), [onLend, suspendTerminal]);
  useInput((input, key) => {
    for (const one of keysOf(input, key)) onKey(one);
  });
  usePaste(onPaste);
  setCursorPosition(live.cursor && { x: live.cursor.column, y: live.cursor.row });
  return (
    <>
      <Static key={roll} items={[...marks]}>
        {mark => <Text key={mark}>{mark}</Text>}
      </Static>
      <Box flexDirection="column">
        {live.rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other identity than its place
          <Text key={index} wrap="truncate">
            {row === '' ? ' ' : row}
          </Text>
        ))}
      </Box>
    </>
  );
}
