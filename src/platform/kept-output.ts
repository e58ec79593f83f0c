/** What is kept of a stream of bytes: its head and its tail, never more than `maxBytes` of memory. */
export type KeptOutput = {
  add(chunk: Uint8Array): void;
  /** UTF-8, invalid sequences replaced; a line says how much was left out. */
  text(): string;
  omittedBytes(): number;
};

export function createKeptOutput(maxBytes: number): KeptOutput {
  const headMax = Math.ceil(maxBytes / 2);
  const head = createGrowing(headMax);
  const tail = createRing(maxBytes - headMax);
  return {
    add(chunk) {
      const taken = head.add(chunk);
      if (taken < chunk.byteLength) tail.add(chunk.subarray(taken));
    },
    text() {
      const omitted = tail.omittedBytes();
      if (omitted === 0) return decode(Buffer.concat([head.bytes(), tail.bytes()]));
      const first = withoutOpenEnd(head.bytes());
      const last = withoutOpenStart(tail.bytes());
      return `${decode(first)}\n[… ${omitted + (head.bytes().length - first.length) + (tail.bytes().length - last.length)} bytes left out …]\n${decode(last)}`;
    },
    omittedBytes: () => tail.omittedBytes(),
  };
}

/** Grows by doubling up to `max`; `add` returns how many bytes it took. */
function createGrowing(max: number) {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    add(chunk: Uint8Array): number {
      const taken = Math.min(chunk.byteLength, max - length);
      if (length + taken > buffer.length) {
        const larger = Buffer.alloc(Math.min(max, Math.max(length + taken, buffer.length * 2)));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      buffer.set(chunk.subarray(0, taken), length);
      length += taken;
      return taken;
    },
    bytes: () => buffer.subarray(0, length),
  };
}

/** The last `size` bytes; its memory is taken when the first byte comes. */
function createRing(size: number) {
  let buffer: Buffer | undefined;
  let total = 0;
  return {
    add(chunk: Uint8Array): void {
      buffer ??= Buffer.alloc(size);
      const last = chunk.subarray(Math.max(0, chunk.byteLength - size));
      const start = size === 0 ? 0 : (total + chunk.byteLength - last.byteLength) % size;
      const fits = Math.min(last.byteLength, size - start);
      buffer.set(last.subarray(0, fits), start);
      buffer.set(last.subarray(fits), 0);
      total += chunk.byteLength;
    },
    bytes(): Buffer {
      if (!buffer || size === 0) return Buffer.alloc(0);
      if (total <= size) return buffer.subarray(0, total);
      const end = total % size;
      return Buffer.concat([buffer.subarray(end), buffer.subarray(0, end)]);
    },
    omittedBytes: () => Math.max(0, total - size),
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Without a UTF-8 sequence that begins in the last three bytes and ends beyond them. */
function withoutOpenEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return sequenceLength(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Without the rest of a UTF-8 sequence whose start was left out. */
function withoutOpenStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < Math.min(3, bytes.length) && isContinuation(bytes[start] ?? 0)) start += 1;
  return bytes.subarray(start);
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
