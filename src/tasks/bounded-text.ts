/**
 * How much of a text with a limit is kept, and where: a head, a mark of what was left out, and what came last. A fold over whole lines, so the same
 * lines give the same bytes whether they come one by one or all at once.
 */
export type Kept = {
  /** Bytes of the text as it is kept, the mark included. */
  readonly bytes: number;
  /** Of the head, once the middle has been left out. */
  readonly headBytes: number;
  readonly leftOut: number;
};
type KeptText = { readonly kept: Kept; readonly text: Buffer };

const nothingKept: Kept = { bytes: 0, headBytes: 0, leftOut: 0 };
export const noText: KeptText = { kept: nothingKept, text: Buffer.alloc(0) };

/** Room for the mark in the head's half. */
const markBytes = 100;

/** Appends lines (without their ends) to a text and leaves out of its middle what would be too much. */
export function addLines(before: KeptText, lines: readonly string[], max: number): KeptText {
  let { kept } = before;
  let parts = [before.text];
  for (const line of lines) {
    const added = lineBytes(line, max);
    if (!fits(kept, added, max)) {
      const cut = cutMiddle({ kept, text: Buffer.concat(parts) }, max);
      kept = cut.kept;
      parts = [cut.text];
    }
    parts.push(added);
    kept = { ...kept, bytes: kept.bytes + added.length };
  }
  return { kept, text: Buffer.concat(parts) };
}

/** The bytes of lines that fit as they are, and what is then kept; undefined when something has to be left out first. */
export function appendable(kept: Kept, lines: readonly string[], max: number): KeptText | undefined {
  const text = Buffer.concat(lines.map(line => lineBytes(line, max)));
  return fits(kept, text, max) ? { kept: { ...kept, bytes: kept.bytes + text.length }, text } : undefined;
}

function fits(kept: Kept, added: Buffer, max: number): boolean {
  return kept.bytes + added.length <= max;
}

/**
 * Keeps half of the limit as head and a quarter as tail, by whole lines. The quarter that becomes free is what makes a long text cheap: it is written
 * anew once for each quarter of the limit that is added, not with each line.
 */
function cutMiddle({ kept, text }: KeptText, max: number): KeptText {
  const headBytes = kept.leftOut > 0 ? kept.headBytes : endOfLine(text, Math.floor(max / 2) - markBytes);
  const rest = text.subarray(kept.leftOut > 0 ? headBytes + markOf(kept.leftOut).length : headBytes);
  const from = startOfLine(rest, rest.length - Math.floor(max / 4));
  const leftOut = kept.leftOut + from;
  const shorter = Buffer.concat([text.subarray(0, headBytes), markOf(leftOut), rest.subarray(from)]);
  return { kept: { bytes: shorter.length, headBytes, leftOut }, text: shorter };
}

function markOf(leftOut: number): Buffer {
  return Buffer.from(`[… ${leftOut} bytes left out; \`tasks transcript --json\` has all …]\n`);
}

/** A line that is longer than a quarter of the limit loses its middle. */
function lineBytes(line: string, max: number): Buffer {
  const bytes = Buffer.from(`${line}\n`);
  const most = Math.floor(max / 4);
  if (bytes.length <= most) return bytes;
  const share = Math.floor((most - markBytes) / 2);
  const [head, tail] = [bytes.subarray(0, share), bytes.subarray(bytes.length - share)].map(part =>
    part.toString().replace(/^\ufffd+|\ufffd+$/g, ''),
  );
  const leftOut = bytes.length - Buffer.byteLength(`${head}${tail}`);
  return Buffer.from(`${head}[… ${leftOut} bytes left out of this line …]${tail}`);
}

/** The end of the last line that is whole within so many bytes. */
function endOfLine(text: Buffer, within: number): number {
  return text.lastIndexOf('\n', Math.max(0, within - 1)) + 1;
}

/** The beginning of the first line at or after a place. */
function startOfLine(text: Buffer, from: number): number {
  if (from <= 0) return 0;
  const end = text.indexOf('\n', from - 1);
  return end === -1 ? text.length : end + 1;
}
