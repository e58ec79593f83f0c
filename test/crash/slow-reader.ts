import { readSync } from 'node:fs';

/**
 * `slow-reader.ts <kilobytes>`: takes 1 KB of its input a second, and after so many of them the rest at once; tells how many bytes that were in all, and
 * whether they end in a line's end.
 */
const slowly = Number(process.argv[2]);
const buffer = Buffer.alloc(64 * 1024);
let total = 0;
let last = 0;
for (let reads = 0; ; reads += 1) {
  const isSlow = reads < slowly;
  const count = readSync(0, buffer, 0, isSlow ? 1024 : buffer.length, null);
  if (count === 0) break;
  total += count;
  last = buffer[count - 1] ?? 0;
  if (isSlow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}
console.log(JSON.stringify({ total, isWhole: last === 10 }));
