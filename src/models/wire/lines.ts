const cr = 13;
const lf = 10;

export type Lines = {
  /** The lines that this chunk ends; calls `tooLong` (which throws) once a line exceeds the limit. */
  push(chunk: Uint8Array): string[];
  /** What was left without a line end. */
  end(): string | undefined;
};

/**
 * Cuts bytes into lines at LF, CR and CRLF, wherever the chunks were split. Works on bytes, so a character that is split
 * over chunks stays whole; invalid UTF-8 becomes U+FFFD. Never holds more than `maxBytes` of an unfinished line.
 */
export function createLines(maxBytes: number, tooLong: () => never): Lines {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  let isAfterCr = false;

  function close(last: Uint8Array): string {
    const line = open.length === 0 ? last : Buffer.concat([...open, last]);
    open = [];
    openBytes = 0;
    return Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  }

  function check(bytes: number): void {
    if (bytes > maxBytes) tooLong();
  }

  return {
    push(chunk) {
      const lines: string[] = [];
      let from = isAfterCr && chunk[0] === lf ? 1 : 0;
      if (chunk.length > 0) isAfterCr = false;
      for (let index = from; index < chunk.length; index += 1) {
        const byte = chunk[index];
        if (byte !== lf && byte !== cr) continue;
        check(openBytes + index - from);
        lines.push(close(chunk.subarray(from, index)));
        if (byte === cr && index + 1 === chunk.length) isAfterCr = true;
        if (byte === cr && chunk[index + 1] === lf) index += 1;
        from = index + 1;
      }
      const rest = chunk.subarray(from);
      if (rest.length === 0) return lines;
      check(openBytes + rest.length);
      open.push(rest.slice());
      openBytes += rest.length;
      return lines;
    },
    end: () => (openBytes === 0 ? undefined : close(new Uint8Array())),
  };
}
