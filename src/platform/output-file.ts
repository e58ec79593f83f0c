import { createWriteStream } from 'node:fs';
import { messageOf } from '../core/error.ts';

/** A file that takes bytes up to a cap, says in its last line that it was cut, and never fails its writer. */
export type OutputFile = {
  /** False when the writer should wait for `drained`. */
  add(chunk: Uint8Array): boolean;
  drained(): Promise<void>;
  /** Resolves with why the file is not complete because of an error, when it is not. */
  close(): Promise<string | undefined>;
};

export function createOutputFile(path: string, maxBytes: number): OutputFile {
  const stream = createWriteStream(path, { flags: 'w', mode: 0o600 });
  let left = maxBytes;
  let isCut = false;
  let failure: string | undefined;
  const closed = new Promise<void>(resolve => stream.on('close', resolve));
  stream.on('error', error => {
    failure ??= messageOf(error);
  });
  return {
    add(chunk) {
      if (isCut || failure !== undefined) return true;
      const part = chunk.subarray(0, left);
      left -= part.byteLength;
      const hasRoom = stream.write(part);
      if (part.byteLength === chunk.byteLength) return hasRoom;
      isCut = true;
      return stream.write(`\n[… cut at ${maxBytes} bytes …]\n`);
    },
    drained: () =>
      new Promise(resolve => {
        if (stream.destroyed || !stream.writableNeedDrain) return resolve();
        const onEnd = () => {
          stream.off('drain', onEnd);
          stream.off('close', onEnd);
          resolve();
        };
        stream.on('drain', onEnd);
        stream.on('close', onEnd);
      }),
    async close() {
      stream.end();
      await closed;
      return failure;
    },
  };
}
