import { resolve } from 'node:path';
import * as z from 'zod';
import { lazy } from '../core/lazy.ts';
import { commandFacts } from '../permissions/command.ts';
import type { Rule } from '../permissions/policy.ts';
import type { Asked } from '../views/question.ts';

/** A rule that would allow a use and those like it, as settings spell it. */
export type KindOfUse = { readonly tool: string; readonly pattern?: string };

const inputs = lazy(() => ({
  command: z.object({ command: z.string() }),
  url: z.object({ url: z.string() }),
  file: z.object({ file_path: z.string() }),
}));

/**
 * What is meant by "this kind of use", for people to see before they say yes. Undefined where nothing short of everything could be meant: a
 * command line with more than plain words, a path that would be read as a pattern, a tool without a subject.
 */
export function kindOfUse({ tool, input }: Pick<Asked, 'tool' | 'input'>, workspace: string): KindOfUse | undefined {
  switch (tool) {
    case 'Bash': {
      const given = inputs().command.safeParse(input);
      return given.success ? kindOfCommand(given.data.command) : undefined;
    }
    case 'Edit':
    case 'Write':
      return kindOfPath('Edit', input, workspace);
    case 'Read':
      return kindOfPath('Read', input, undefined);
    case 'WebFetch': {
      const given = inputs().url.safeParse(input);
      const host = given.success && URL.canParse(given.data.url) ? new URL(given.data.url).hostname : '';
      return /^[a-z0-9][a-z0-9.-]*$/.test(host) ? { tool, pattern: `domain:${host}` } : undefined;
    }
    default:
      return tool.startsWith('mcp__') ? { tool } : undefined;
  }
}

export function spelt({ tool, pattern }: Pick<Rule, 'tool' | 'pattern'>): string {
  return pattern === undefined ? tool : `${tool}(${pattern})`;
}

/** Every file of `folder` where it is in it, else that file. */
function kindOfPath(tool: string, input: unknown, folder: string | undefined): KindOfUse | undefined {
  const given = inputs().file.safeParse(input);
  if (!given.success || given.data.file_path.startsWith('~')) return undefined;
  const path = resolve(folder ?? '/', given.data.file_path);
  if (folder === undefined && path !== given.data.file_path) return undefined;
  const place = folder !== undefined && path.startsWith(`${folder}/`) ? folder : path;
  // What a pattern would read as something else than itself, and what is not seen where the rule is shown.
  if (/[*?\p{C}\p{Zl}\p{Zp}]|\s$/u.test(place)) return undefined;
  return { tool, pattern: place === path ? path : `${place}/**` };
}

/**
 * Programs and verbs that do the same whatever words follow: they build, test or check the project, or note its changes. Of every other
 * program only the very command is meant: what follows `git push`, `docker run` or `make` makes another thing of it.
 */
const openVerbs: Readonly<Record<string, readonly string[]>> = {
  bun: ['run', 'test'],
  cargo: ['bench', 'build', 'check', 'clippy', 'doc', 'fmt', 'test'],
  deno: ['check', 'fmt', 'lint', 'test'],
  dotnet: ['build', 'format', 'test'],
  git: ['add', 'commit'],
  go: ['build', 'fmt', 'test', 'vet'],
  npm: ['run', 'test'],
  pnpm: ['run', 'test'],
  yarn: ['run', 'test'],
};
/** Only with the name of what they run. */
const runner = 'run';
/** What a pattern can say word by word. */
const plainWord = /^[\w@%+=:,./-]+$/;

function kindOfCommand(command: string): KindOfUse | undefined {
  const { programs } = commandFacts(command);
  const [words = [], ...others] = programs ?? [];
  const texts = words.map(word => word.text);
  if (others.length > 0 || texts.length === 0) return undefined;
  const [program = '', verb = '', what = ''] = texts;
  const isOpen = Object.hasOwn(openVerbs, program) && openVerbs[program]?.includes(verb);
  if (isOpen && verb !== runner) return { tool: 'Bash', pattern: `${program} ${verb} *` };
  if (isOpen && plainWord.test(what) && !what.startsWith('-'))
    return { tool: 'Bash', pattern: `${program} ${verb} ${what} *` };
  return texts.every(text => plainWord.test(text)) ? { tool: 'Bash', pattern: texts.join(' ') } : undefined;
}
