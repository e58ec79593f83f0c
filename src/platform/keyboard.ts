import { emitKeypressEvents } from 'node:readline';
import { limits } from '../core/limits.ts';
import type { Key, Keyboard } from '../core/ports.ts';

type Keypress = { readonly name?: string; readonly ctrl?: boolean; readonly meta?: boolean };

const bracketedPaste = { on: '\u001b[?2004h', off: '\u001b[?2004l' };

/** The keys of this process's terminal: raw mode and bracketed paste while somebody listens, put back when the process ends in any way. */
export function createKeyboard(): Keyboard {
  return {
    listen({ key, gone, resized }) {
      const { stdin, stdout } = process;
      const read = createReader(key);
      const restore = () => {
        stdin.setRawMode(false);
        stdout.write(bracketedPaste.off);
      };
      emitKeypressEvents(stdin);
      stdin.on('keypress', read);
      stdin.on('end', gone);
      stdin.on('error', gone);
      stdout.on('resize', resized);
      process.on('exit', restore);
      stdin.setRawMode(true);
      stdout.write(bracketedPaste.on);
      stdin.resume();
      return () => {
        stdin.off('keypress', read).off('end', gone);
        stdout.off('resize', resized);
        process.off('exit', restore);
        restore();
        stdin.pause();
      };
    },
  };
}

/** Turns Node's keypresses into keys; what stands between the marks of a paste comes as one. */
function createReader(give: (key: Key) => void): (text: string | undefined, press: Keypress) => void {
  let paste: string[] | undefined;
  let pasted = 0;
  return (text, { name, ctrl = false, meta = false }) => {
    if (name === 'paste-start') {
      paste = [];
      pasted = 0;
      return;
    }
    if (name === 'paste-end') {
      if (paste) give({ kind: 'paste', text: paste.join('').replace(/\r\n?/g, '\n') });
      paste = undefined;
      return;
    }
    if (paste) {
      pasted += text?.length ?? 0;
      if (text !== undefined && pasted <= limits.promptBytes) paste.push(text);
      return;
    }
    const isText = text !== undefined && !ctrl && !meta && !/^[\u0000-\u001f\u007f-\u009f]/.test(text);
    give(isText ? { kind: 'text', text } : { kind: 'key', name: name ?? '', ctrl, meta });
  };
}
