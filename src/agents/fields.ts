import * as z from 'zod';
import { type AgentDefinition, budgetSchema } from '../core/agent.ts';
import { lazy } from '../core/lazy.ts';
import { limits } from '../core/limits.ts';
import { parsePermissionMode } from '../core/permission-mode.ts';
import type { HeaderKey, KnownFields } from './header-fields.ts';
import { errorAt, type LineProblem, warningAt } from './problem.ts';
import { listItems, readToolList, type ToolListContext } from './tool-list.ts';

/** The fields that a header sets; those it does not are absent. */
export type SetFields = Partial<Omit<AgentDefinition, 'name' | 'prompt' | 'source'>>;
export type ReadFields = {
  readonly name: string | undefined;
  readonly nameLine: number;
  readonly fields: SetFields;
  readonly problems: readonly LineProblem[];
};

type Read<T> = { value?: T; problems: LineProblem[] };
type Reader<T> = (value: unknown, line: number) => Read<T>;

/** Turns the values of a header into fields of a definition. Every value that is wrong is an error that says what would be right. */
export function readFields(known: KnownFields, context: ToolListContext): ReadFields {
  const problems: LineProblem[] = [];
  const read = <T>(key: HeaderKey, reader: Reader<T>): T | undefined => {
    const field = known.get(key);
    if (!field) return undefined;
    const result = reader(field.value, field.line);
    problems.push(...result.problems);
    return result.value;
  };
  const name = read(
    'name',
    shaped(nameSchema(), 'name', 'lower-case letters, digits and hyphens, beginning with a letter'),
  );
  if (!known.has('name')) problems.push(errorAt(1, '"name" is missing: add "name: some-name" to the header'));
  const fields = {
    description: read(
      'description',
      shaped(descriptionSchema(), 'description', 'a text that says when to use this agent'),
    ),
    tools: read('tools', toolNames(context)),
    disallowedTools: read('disallowedTools', disallowed(context)),
    model: read('model', model(context.isForeign)),
    background: read('background', shaped(z.boolean(), 'background', 'true or false')),
    context: read('context', shaped(z.enum(['fresh', 'fork']), 'context', '"fresh" or "fork"')),
    maxTurns: read('maxTurns', shaped(z.number().int().positive(), 'maxTurns', 'a whole number above 0')),
    timeoutMs: read('timeout', timeout),
    budget: read('budget', shaped(budgetSchema(), 'budget', 'numbers above 0 for some of: tokens, usd, seconds')),
    isolation: read('isolation', shaped(z.enum(['none', 'worktree']), 'isolation', '"none" or "worktree"')),
    permissionMode: read('permissionMode', permissionMode),
    skills: read('skills', skills),
    mcpServers: read('mcpServers', mcpServers),
    hooks: read('hooks', shaped(z.record(z.string(), z.unknown()), 'hooks', 'a map of event names')),
  };
  return { name, nameLine: known.get('name')?.line ?? 1, fields: onlySet(fields), problems };
}

type OnlySet<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function onlySet<T extends object>(fields: T): OnlySet<T> {
  // Object.fromEntries forgets the keys' types; the entries are those of `fields` without the undefined ones.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as OnlySet<T>;
}

const nameSchema = lazy(() =>
  z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9-]*$/),
);
const descriptionSchema = lazy(() =>
  z
    .string()
    .transform(text => text.trim())
    .pipe(z.string().min(1)),
);

function shaped<T>(schema: z.ZodType<T>, key: HeaderKey, right: string): Reader<T> {
  return (value, line) => {
    const parsed = schema.safeParse(value);
    return parsed.success
      ? { value: parsed.data, problems: [] }
      : { problems: [errorAt(line, `"${key}" must be ${right}; it is ${shown(value)}`)] };
  };
}

function toolNames(context: ToolListContext): Reader<'all' | string[]> {
  return (value, line) => {
    const { tools, problems } = readToolList('tools', value, line, context);
    return { value: tools, problems };
  };
}

function disallowed(context: ToolListContext): Reader<string[]> {
  return (value, line) => {
    const { tools, problems } = readToolList('disallowedTools', value, line, context);
    if (tools === 'all')
      return {
        problems: [errorAt(line, '"disallowedTools" cannot be all tools; an agent without tools has "tools: []"')],
      };
    return { value: tools, problems };
  };
}

function model(isForeign: boolean): Reader<string> {
  const right = '"inherit" or a handle such as "anthropic/claude-sonnet-4-5"';
  return (value, line) => {
    if (value === 'inherit') return { value, problems: [] };
    if (typeof value === 'string' && /^[a-z0-9][\w.-]*\/\S+$/i.test(value)) return { value, problems: [] };
    if (isForeign && typeof value === 'string')
      return {
        problems: [
          warningAt(
            line,
            `"model" ${shown(value)} is no handle here; the parent's model is used. Handles look like "anthropic/claude-sonnet-4-5"`,
          ),
        ],
      };
    return { problems: [errorAt(line, `"model" must be ${right}; it is ${shown(value)}`)] };
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A number of seconds, or a text such as `90s`, `10m`, `2h`; at most a week. */
function timeout(value: unknown, line: number): Read<number> {
  const wrong = {
    problems: [
      errorAt(
        line,
        `"timeout" must be a number of seconds or a text such as "90s", "10m" or "2h", of at most a week; it is ${shown(value)}`,
      ),
    ],
  };
  const [, amount, unit = 's'] =
    /^(\d+(?:\.\d+)?) ?(ms|s|m|h)?$/.exec(
      typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '',
    ) ?? [];
  const factor = unitMs[unit];
  if (amount === undefined || factor === undefined) return wrong;
  const ms = Math.round(Number(amount) * factor);
  return ms >= 1 && ms <= limits.definitionTimeoutMs ? { value: ms, problems: [] } : wrong;
}

function permissionMode(value: unknown, line: number): Read<'plan' | 'ask' | 'accept-edits'> {
  const parsed = parsePermissionMode(typeof value === 'string' ? value : '');
  const right = 'it can only narrow: "plan", "ask" or "accept-edits"';
  if (!parsed.ok) return { problems: [errorAt(line, `"permissionMode" is ${shown(value)}; ${right}`)] };
  if (parsed.mode === 'bypass')
    return { problems: [errorAt(line, `"permissionMode" ${shown(value)} is not for definitions; ${right}`)] };
  return { value: parsed.mode, problems: [] };
}

function skills(value: unknown, line: number): Read<string[]> {
  const items = listItems(value);
  return items
    ? { value: items, problems: [] }
    : { problems: [errorAt(line, `"skills" must be a list of names; it is ${shown(value)}`)] };
}

/** A list of names and single-entry maps, or one map of servers, which becomes such a list. */
function mcpServers(value: unknown, line: number): Read<unknown[]> {
  if (Array.isArray(value)) return { value, problems: [] };
  if (typeof value === 'string') return { value: listItems(value) ?? [], problems: [] };
  const map = z.record(z.string(), z.unknown()).safeParse(value);
  if (map.success)
    return { value: Object.entries(map.data).map(([name, server]) => ({ [name]: server })), problems: [] };
  return { problems: [errorAt(line, `"mcpServers" must be a list or a map of servers; it is ${shown(value)}`)] };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
