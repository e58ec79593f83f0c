import { nearest } from '../core/nearest.ts';
import type { HeaderField } from './frontmatter.ts';
import { errorAt, type LineProblem, warningAt } from './problem.ts';

/** The keys of a definition's header. */
const headerKeys = [
  'name',
  'description',
  'tools',
  'disallowedTools',
  'model',
  'background',
  'context',
  'maxTurns',
  'timeout',
  'budget',
  'isolation',
  'permissionMode',
  'skills',
  'mcpServers',
  'hooks',
] as const;
export type HeaderKey = (typeof headerKeys)[number];
export type KnownFields = ReadonlyMap<HeaderKey, HeaderField>;

/**
 * Sorts the fields of a header by our keys. `max_turns` and `max-turns` count as `maxTurns`, with a warning that says the right key;
 * an unknown key is a warning; a key that is there in two spellings is an error.
 */
export function knownFields(fields: readonly HeaderField[]): { known: KnownFields; problems: LineProblem[] } {
  const known = new Map<HeaderKey, HeaderField>();
  const problems: LineProblem[] = [];
  for (const field of fields) {
    const key =
      headerKeys.find(candidate => candidate === field.key) ??
      headerKeys.find(candidate => folded(candidate) === folded(field.key));
    if (key === undefined) {
      const guess = nearest(field.key, headerKeys);
      problems.push(
        warningAt(field.line, `unknown key "${field.key}"${guess ? `; did you mean "${guess}"?` : ' is ignored'}`),
      );
      continue;
    }
    if (known.has(key)) {
      problems.push(errorAt(field.line, `"${field.key}" repeats "${key}"; keep one of them`));
      continue;
    }
    if (key !== field.key)
      problems.push(warningAt(field.line, `"${field.key}" is read as "${key}"; write it that way`));
    known.set(key, field);
  }
  return { known, problems };
}

function folded(key: string): string {
  return key.replace(/[_-]/g, '').toLowerCase();
}
