import { resolve } from 'node:path';
import type { AgentDefinition } from '../core/agent.ts';
import { AppError } from '../core/error.ts';
import type { Ground } from '../core/ground.ts';
import { createPlaybookLoader } from '../models/playbook/load.ts';
import { promptOf, scriptFor, scriptPrompts } from './script.ts';

/** What is played: a playbook, and what a person says to it. */
export type Part = {
  /** For people. */
  readonly name: string;
  readonly playbook: string;
  readonly prompts: readonly string[];
};

/** The playbook that was named, or the one that is the user's model, or a script of our own that sends every agent. */
export async function choosePart(
  { files, workspace, model }: Pick<Ground, 'files' | 'workspace' | 'model'>,
  given: { readonly playbook?: string | undefined; readonly say?: readonly string[] | undefined },
  agents: readonly AgentDefinition[],
): Promise<Part> {
  const own = model?.startsWith('playbook/') && model !== 'playbook/demo' ? model.slice('playbook/'.length) : undefined;
  const named = given.playbook ?? own;
  if (named === undefined)
    return { name: 'its own script', playbook: scriptFor(agents), prompts: given.say ?? scriptPrompts };
  const path = resolve(workspace, named);
  const playbook = await createPlaybookLoader({ files, resolve: name => name, builtIn: {} })(path);
  const prompt = promptOf(playbook);
  const prompts = given.say ?? (prompt === undefined ? undefined : [prompt]);
  if (prompts === undefined)
    throw new AppError('usage', `${path} does not show what a person says to it; say it with --say "…"`);
  return { name: path, playbook: await files.readText(path), prompts };
}
