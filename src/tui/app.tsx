import { Box, Static, Text, useApp, useCursor, useInput, usePaste } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import { type Key, keysOf } from './key.ts';
import type { Drawn } from './pane.ts';

/** What is on the screen: marks of what has gone to the scrollback, and the live region. */
export type Shown = { readonly marks: readonly string[]; readonly live: Drawn };
/** Hands the terminal to `work` as it was before, and takes it back afterwards. */
export type Lend = (work: () => Promise<void>) => Promise<void>;
export type AppProps = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => Shown;
  readonly onKey: (key: Key) => void;
  /** Given the mark that stands for a paste. */
  readonly onPaste: (mark: string) => void;
  readonly onFocus: (isFocused: boolean) => void;
  /** Called once, with what only a component can have of Ink. */
  readonly onLend: (lend: Lend) => void;
};

/** Stacks rows that are drawn already, and hands keys on. */
export function App({ subscribe, get, onKey, onPaste, onFocus, onLend }: AppProps) {
  const { marks, live } = useSyncExternalStore(subscribe, get);
  const { setCursorPosition } = useCursor();
  const { suspendTerminal } = useApp();
  useEffect(() => onLend(suspendTerminal), [onLend, suspendTerminal]);
  useInput((input, key) => {
    // What is left of the reports that a terminal was asked for: CSI I and CSI O.
    if (input === '[I' || input === '[O') onFocus(input === '[I');
    else for (const one of keysOf(input, key)) onKey(one);
  });
  usePaste(onPaste);
  setCursorPosition(live.cursor && { x: live.cursor.column, y: live.cursor.row });
  return (
    <>
      <Static items={[...marks]}>{mark => <Text key={mark}>{mark}</Text>}</Static>
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
