import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { AppError, messageOf } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import { type At, compilePlaybook } from './compile.ts';
import type { Playbook } from './playbook.ts';
import { fileSchema } from './schema.ts';

/** What is wrong with a file, where (line from 1), and what would be right. */
export type PlaybookProblem = {
  readonly path: string;
  readonly line: number;
  readonly level: 'error' | 'warning';
  readonly message: string;
};

/** A playbook from YAML. `path` is for messages. AppError `bad-input` that names every problem as `path:line: message`. */
export function parsePlaybook(source: string, path: string): Playbook {
  const read = readPlaybook(source, path);
  if (read.kind === 'playbook') return read.playbook;
  throw new AppError('bad-input', read.problems.map(problemLine).join('\n'));
}

const problemLine = ({ path, line, message }: PlaybookProblem): string => `${path}:${line}: ${message}`;

/** As `parsePlaybook`, with problems as values. */
export function readPlaybook(
  source: string,
  path: string,
): { kind: 'playbook'; playbook: Playbook } | { kind: 'problems'; problems: readonly PlaybookProblem[] } {
  const problems: PlaybookProblem[] = [];
  const add = (line: number, message: string) => void problems.push({ path, line, level: 'error', message });
  if (Buffer.byteLength(source) > limits.playbookBytes) {
    add(1, `larger than ${limits.playbookBytes} bytes, the most a playbook may have`);
    return { kind: 'problems', problems };
  }
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
  for (const { pos, message } of [...document.errors, ...document.warnings]) add(counter.linePos(pos[0]).line, message);
  forOddKeys(document, offset =>
    add(counter.linePos(offset).line, 'a key must be a text; {{…}} needs quotes around it'),
  );
  if (problems.length > 0) return { kind: 'problems', problems };
  const data = toData(document, message => add(1, message));
  const lineOf = (at: At, key?: string) => counter.linePos(offsetOf(document, at, key)).line;
  const parsed = problems.length > 0 ? undefined : fileSchema.safeParse(data);
  for (const issue of parsed?.error?.issues ?? []) {
    const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    add(lineOf(issue.path, key), issue.path.length === 0 ? issue.message : `${where(issue.path)}: ${issue.message}`);
  }
  if (!parsed?.success) return { kind: 'problems', problems };
  const playbook = compilePlaybook(parsed.data, path, lineOf, (at, message) =>
    add(lineOf(at), `${where(at)}: ${message}`),
  );
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'playbook', playbook };
}

/** `{{input}}` without quotes is a mapping with a mapping for a key in YAML. */
function forOddKeys(document: Document, report: (offset: number) => void): void {
  visit(document, {
    Pair(_, { key }) {
      if (isCollection(key)) report(key.range?.[0] ?? 0);
    },
  });
}

/** Aliases that would blow up are refused by the library with a thrown ReferenceError. */
function toData(document: Document, refuse: (message: string) => void): unknown {
  try {
    return document.toJS({ maxAliasCount: limits.playbookAliases });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    refuse(messageOf(error));
    return undefined;
  }
}

/** Offset of the node at a path, or of its nearest parent that stands in the file; with `key`, of that key of the mapping there. */
function offsetOf(document: Document, at: At, key: string | undefined): number {
  for (let length = at.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(at.slice(0, length), true);
    if (!isNode(node)) continue;
    const pair =
      key !== undefined && isMap(node)
        ? node.items.find(item => isScalar(item.key) && item.key.value === key)
        : undefined;
    const found = isNode(pair?.key) ? pair.key : node;
    return found.range?.[0] ?? 0;
  }
  return 0;
}

/** `replies[2].when.tool`, counted from 0 as in the templates. */
const where = (at: At): string =>
  at.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`)).join('');
