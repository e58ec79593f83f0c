import { resolve } from 'node:path';
import * as z from 'zod';
import { lazy } from '../core/lazy.ts';
import { commandFacts } from '../permissions/command.ts';
import type { Asked } from '../views/question.ts';

/** A rule that would allow a use and those like it, as settings spell it. */
export type KindOfUse = { readonly tool: string; readonly pattern?: string };

const inputs = lazy(() => ({
  command: z.object({ command: z.string() }),
  url: z.object({ url: z.string() }),
  file: z.object({ file_path: z.string() }),
}));

/** Programs whose first word after the name says what they do: `git log` is another thing than `git push`. */
const withVerbs = new Set(
  'apt brew bun cargo composer deno docker dotnet gh git go gradle helm kubectl make mvn npm npx pip pnpm podman poetry rake systemctl terraform uv yarn'.split(
    ' ',
  ),
);

/**
 * What is meant by "this kind of use", for people to see before they say yes. Never wider than one program with one verb, one host, or the
 * workspace. Undefined where nothing short of everything could be meant: a command line with more than plain words, a tool without a subject.
 */
export function kindOfUse({ tool, input }: Pick<Asked, 'tool' | 'input'>, workspace: string): KindOfUse | undefined {
  switch (tool) {
    case 'Bash': {
      const given = inputs().command.safeParse(input);
      return given.success ? kindOfCommand(given.data.command) : undefined;
    }
    case 'Edit':
    case 'Write':
      return kindOfEdit(input, workspace);
    case 'WebFetch': {
      const given = inputs().url.safeParse(input);
      const host = given.success && URL.canParse(given.data.url) ? new URL(given.data.url).hostname : '';
      return host === '' ? undefined : { tool, pattern: `domain:${host}` };
    }
    default:
      return tool.startsWith('mcp__') ? { tool } : undefined;
  }
}

/** In the workspace all of it, elsewhere that file. */
function kindOfEdit(input: unknown, workspace: string): KindOfUse | undefined {
  const given = inputs().file.safeParse(input);
  if (!given.success) return undefined;
  const path = resolve(workspace, given.data.file_path);
  return { tool: 'Edit', pattern: path.startsWith(`${workspace}/`) ? `${workspace}/**` : path };
}

export function spelt({ tool, pattern }: KindOfUse): string {
  return pattern === undefined ? tool : `${tool}(${pattern})`;
}

/** Verbs that only say that another word says what is done. */
const runners = new Set(['run', 'exec', 'compose', 'tool', 'x', 'dlx']);
/** What a pattern can say word by word. */
const plainWord = /^[\w@%+=:,./-]+$/;

function kindOfCommand(command: string): KindOfUse | undefined {
  const { programs } = commandFacts(command);
  const [words = [], ...others] = programs ?? [];
  const texts = words.map(word => word.text);
  if (others.length > 0 || texts.length === 0 || !texts.every(text => plainWord.test(text))) return undefined;
  const [program = '', verb = '', what] = texts;
  if (!withVerbs.has(program) || !/^[a-z][\w:-]*$/.test(verb)) return { tool: 'Bash', pattern: texts.join(' ') };
  if (!runners.has(verb)) return { tool: 'Bash', pattern: `${program} ${verb} *` };
  return { tool: 'Bash', pattern: what === undefined ? `${program} ${verb}` : `${program} ${verb} ${what} *` };
}
