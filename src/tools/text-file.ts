/** How the bytes of a file read as text. */
export type FileText =
  | { readonly kind: 'binary' }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
      readonly hasInvalid: boolean;
    };

/** As many bytes as git looks at to tell binary files from text. */
const sniffedBytes = 8_000;

/** Text by its byte order mark, else UTF-8 with what is invalid replaced; binary when a null byte stands near its beginning. */
export function readAsText(bytes: Uint8Array): FileText {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' && bytes.subarray(0, sniffedBytes).includes(0)) return { kind: 'binary' };
  const text = new TextDecoder(encoding).decode(bytes);
  return { kind: 'text', text, encoding, hasInvalid: text.includes('\ufffd') && !isValid(encoding, bytes) };
}

/** Lines without their ends; the end of the last line makes no further one. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (text.endsWith('\n')) lines.pop();
  return lines;
}

/** `cat -n`: number, tab, line. */
export function numbered(lines: readonly string[], first: number): string {
  return lines.map((line, index) => `${String(first + index).padStart(6)}\t${line}`).join('\n');
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function isValid(encoding: string, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
