import type { InteractiveOptions } from '../cli.ts';
import { messageOf } from '../core/error.ts';
import { exitCodes } from '../core/exit-code.ts';
import type { Log, TerminalDevice } from '../core/ports.ts';
import type { Program } from '../tasks/program.ts';
import { chosenChat } from '../tasks/visit.ts';
import type { Destination } from './desk.ts';
import type { Key } from './key.ts';
import { openScreen } from './screen.tsx';
import { type Colours, type FirstInput, visit } from './visit.ts';

/** What the demo is asked by itself in a first chat. */
const demoInput: FirstInput = { text: 'show me what you can do', by: '(demo) ' };

/**
 * `legwork` in a terminal: one chat after the other, until the person leaves. Returns the exit code.
 * AppError `usage`, `bad-input` or `not-found` before anything is stored, when the chat or the model cannot be had.
 */
export async function runTui(
  program: Program,
  options: InteractiveOptions,
  { device, signal }: { readonly device: TerminalDevice; readonly signal: AbortSignal },
): Promise<number> {
  const chat = await chosenChat(program, options.chat);
  const { isFallback, ...choice } = await program.chooseModel();
  const gone = new AbortController();
  const offGone = device.onGone(() => gone.abort());
  let onKey: (key: Key) => void = () => undefined;
  let onResize: () => void = () => undefined;
  let onFocus: (isFocused: boolean) => void = () => undefined;
  const colours: Colours = { highlight: undefined, theme: undefined };
  const screen = openScreen({
    device,
    clock: program.base.clock,
    limits: program.limits,
    onKey: key => onKey(key),
    onResize: () => onResize(),
    onFocus: isFocused => onFocus(isFocused),
  });
  const prompt = options.prompt.trim();
  let first: FirstInput | undefined = prompt === '' ? (isFallback && !chat ? demoInput : undefined) : { text: prompt };
  let next: Destination = { kind: 'chat', chat };
  const cancelLoad = program.base.clock.after(0, () => void loadColours(colours, program.base.log));
  try {
    while (next.kind === 'chat') {
      next = await visit({
        program,
        screen,
        device,
        chat: next.chat,
        first,
        choice,
        colours,
        appendSystemPrompt: options.appendSystemPrompt,
        ending: AbortSignal.any([signal, gone.signal]),
        listen(on) {
          onKey = on.key;
          onResize = on.resized;
          onFocus = on.focused;
        },
      });
      first = undefined;
    }
    return exitCodes.done;
  } finally {
    cancelLoad();
    await screen.close();
    offGone();
  }
}

/** The grammars are a third of the interface: they come when it stands. Until then code has no colours. */
async function loadColours(colours: Colours, log: Log): Promise<void> {
  try {
    colours.highlight = (await import('./markdown/highlight.ts')).highlight;
  } catch (error) {
    log.error('the colours of code cannot be loaded', { error: messageOf(error) });
  }
}
