import { PassThrough } from 'node:stream';
import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import { createPasteReader, type Piece } from './paste-reader.ts';
import { type Report, withoutReplies } from './replies.ts';

/** Where Ink reads from: the keyboard of a terminal, with a short mark in the place of each paste. */
export type Inlet = {
  /** For Ink. */
  readonly stream: NodeJS.ReadStream;
  /** The paste that a mark stands for; once. */
  readonly take: (mark: string) => string;
};
type InletOptions = {
  readonly after: Clock['after'];
  readonly limits: Pick<Limits, 'pasteTailMs' | 'promptBytes'>;
  readonly onReport: (report: Report) => void;
};

const end = '\u001b[201~';
/** Enter with modifiers as xterm and tmux write it, where Ink reads only kitty's way. */
const modified = /\u001b\[27;(\d+);13~/g;

/**
 * Ink puts a paste together by joining and searching all of it again with each read: ten megabytes took it seconds. So pastes are taken
 * out before Ink sees them, and handed over by a mark that stands where they stood.
 */
export function createInlet(terminal: NodeJS.ReadStream, { after, limits, onReport }: InletOptions): Inlet {
  const reader = createPasteReader(limits.promptBytes);
  const stream = new PassThrough();
  const kept = new Map<string, string>();
  let next = 0;
  let cancelWait: () => void = () => undefined;

  function give(pieces: readonly Piece[]): void {
    for (const { kind, text } of pieces) {
      if (kind === 'paste') {
        const mark = `paste ${next}`;
        next += 1;
        kept.set(mark, text);
        stream.write(mark + end);
      } else if (kind === 'keys') giveKeys(text);
      else stream.write(text);
    }
  }

  function giveKeys(text: string): void {
    const keys = withoutReplies(text.replace(modified, '\u001b[13;$1u'), onReport);
    if (keys !== '') stream.write(keys);
  }

  function onData(chunk: string | Buffer): void {
    cancelWait();
    give(reader.push(String(chunk)));
    if (reader.isHolding()) cancelWait = after(limits.pasteTailMs, () => give(reader.quiet()));
  }

  function listen(isOn: boolean): void {
    terminal.off('data', onData);
    if (isOn) {
      terminal.setEncoding('utf8');
      terminal.on('data', onData);
      terminal.resume();
      return;
    }
    cancelWait();
    give(reader.quiet());
    // Otherwise what is typed for another program would be read here.
    terminal.pause();
  }

  return {
    stream: likeKeyboard(stream, terminal, listen),
    take(mark) {
      const text = kept.get(mark);
      kept.delete(mark);
      return text ?? mark;
    },
  };
}

/** What Ink asks of a keyboard besides reading. It reads while the keyboard is raw, and must not read otherwise. */
function likeKeyboard(stream: PassThrough, terminal: NodeJS.ReadStream, listen: (isOn: boolean) => void) {
  Object.assign(stream, {
    isTTY: true,
    setRawMode(isRaw: boolean) {
      terminal.setRawMode(isRaw);
      listen(isRaw);
      return stream;
    },
    ref() {
      terminal.ref();
      return stream;
    },
    unref() {
      terminal.unref();
      return stream;
    },
  });
  // Ink asks a stream for no more than this.
  return stream as unknown as NodeJS.ReadStream;
}
