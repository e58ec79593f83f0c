import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPasteReader, type Piece } from '../../src/tui/paste-reader.ts';

const [start, end] = ['\u001b[200~', '\u001b[201~'];

/** What comes of reads that follow each other at once, and of the quiet after them. */
function read(chunks: readonly string[], most?: number): Piece[] {
  const reader = createPasteReader(most);
  return [...chunks.flatMap(chunk => [...reader.push(chunk)]), ...reader.quiet()];
}
const keys = (pieces: readonly Piece[]) =>
  pieces
    .filter(({ kind }) => kind === 'keys')
    .map(({ text }) => text)
    .join('');
/** What is given out besides the pastes. */
const given = (pieces: readonly Piece[]) =>
  pieces
    .filter(({ kind }) => kind !== 'paste')
    .map(({ text }) => text)
    .join('');
const pastes = (pieces: readonly Piece[]) => pieces.filter(({ kind }) => kind === 'paste').map(({ text }) => text);

test('R26 a paste is a whole, wherever its reads are cut, and what stands around it are keys', () => {
  const body = fc.string({ unit: fc.constantFrom('a', '\n', '\u001b', '[', '2', '0', '~', '漢'), maxLength: 30 });
  fc.assert(
    fc.property(body, fc.array(fc.nat(80), { maxLength: 6 }), (pasted, cuts) => {
      fc.pre(!pasted.includes(end) && !pasted.includes(start));
      const all = `before${start}${pasted}${end}after\r`;
      const places = [0, ...cuts.filter(cut => cut < all.length).sort((a, b) => a - b), all.length];

      const pieces = read(places.slice(1).map((place, index) => all.slice(places[index], place)));

      expect(pastes(pieces)).toEqual([pasted]);
      expect(pieces.map(({ kind, text }) => (kind === 'paste' ? `${text}${end}` : text)).join('')).toBe(all);
      expect(given(pieces)).toBe(`before${start}after\r`);
    }),
    { numRuns: 1_000 },
  );
});

test('R26 an end mark inside of a paste ends nothing: what follows it is text and no key', () => {
  const hostile = `${start}one${end}\rrm -rf /\r${end}`;

  const together = read([hostile]);
  const apart = read([...hostile]);

  expect(pastes(together).join('')).toBe(`one${end}\rrm -rf /\r`);
  expect(given(together).replaceAll(start, '')).toBe('');
  expect(pastes(apart).join('')).toBe(`one${end}\rrm -rf /\r`);
  expect(given(apart).replaceAll(start, '')).toBe('');
});

test('Enter that comes with the end of a paste is a key once it is quiet', () => {
  const reader = createPasteReader();

  const pieces = reader.push(`${start}text${end}\r`);
  const later = reader.quiet();

  expect(pastes(pieces)).toEqual(['text']);
  expect(keys(pieces)).toBe('');
  expect(keys(later)).toBe('\r');
});

test('two pastes that follow each other at once are two', () => {
  expect(pastes(read([`${start}one${end}${start}two${end}`]))).toEqual(['one', 'two']);
});

test('a flood right after a paste is no typing, and of a paste without end no more is kept than shows that it is too long', () => {
  const flood = read([`${start}one${end}`, 'rm -rf /\r'.repeat(10_000)]);
  const endless = read([start, ...Array.from({ length: 50 }, () => 'x'.repeat(100)), end], 1_000);

  expect(keys(flood)).toBe('');
  expect(pastes(endless)).toEqual(['x'.repeat(1_001)]);
});
