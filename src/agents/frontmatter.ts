import { limits } from '../core/limits.ts';
import { readPlainHeader } from './plain-header.ts';
import { errorAt, type LineProblem } from './problem.ts';

/** One `key: value` of the header with the line of the file on which the key stands. */
export type HeaderField = { readonly key: string; readonly value: unknown; readonly line: number };
export type Frontmatter = {
  readonly fields: readonly HeaderField[];
  readonly body: string;
  readonly problems: readonly LineProblem[];
};

/**
 * Splits a markdown file into its YAML header and its body (trimmed). When the header cannot be used there are problems, and no fields.
 * Headers of plain lines are read without loading the YAML library, which costs more than a whole headless answer may.
 */
export async function readFrontmatter(source: string): Promise<Frontmatter> {
  const lines = source.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  if (lines[0]?.trimEnd() !== '---')
    return broken(
      1,
      'no header: the first line must be "---", followed by "name: …", "description: …" and another "---"',
    );
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end === -1) return broken(1, 'the header is not closed: a line "---" must follow it');
  const header = lines.slice(1, end);
  const size = header.reduce((sum, line) => sum + line.length + 1, 0);
  if (size > limits.definitionHeaderChars) {
    return broken(1, `the header has ${size} characters; at most ${limits.definitionHeaderChars} are read`);
  }
  const body = lines
    .slice(end + 1)
    .join('\n')
    .trim();
  const plain = readPlainHeader(header);
  if (plain) return { fields: plain, body, problems: [] };
  const { readYamlHeader } = await import('./yaml-header.ts');
  return { body, ...readYamlHeader(header) };
}

function broken(line: number, message: string): Frontmatter {
  return { fields: [], body: '', problems: [errorAt(line, message)] };
}
