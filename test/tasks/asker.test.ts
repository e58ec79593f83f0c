import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDecide } from '../../src/permissions/decide.ts';
import type { Policy, Rule } from '../../src/permissions/policy.ts';
import { askerOf, sparedKind } from '../../src/tasks/asker.ts';
import { spelt } from '../../src/tasks/kind-of-use.ts';
import { agentNamed } from '../fakes/agent-named.ts';
import { bypass, createWorld, taskNamed, until } from '../fakes/program.ts';
import { createRepository } from '../fakes/repository.ts';
import { cast, says, uses } from '../fakes/script-model.ts';
import { createWorkspace } from '../fakes/workspace.ts';

async function begin(...policies: Partial<Policy>[]) {
  const { cwd, toolbox } = await createWorkspace();
  const decide = createDecide({ home: '/home/u', ownPaths: ['/home/u/.legwork'] });
  // Of an open chat no more is looked at.
  const opened = { working: { deps: { tools: toolbox.tools, decide } } } as unknown as Parameters<typeof sparedKind>[0];
  const all = policies.map(policy => ({ mode: 'ask', rules: [], roots: [cwd], ...policy }) as const);
  return (tool: string, input: unknown) => {
    const use = sparedKind(
      opened,
      { task: undefined, cwd, isApart: false, policies: all },
      { callId: 'c', tool, input },
    );
    return use && spelt(use).replaceAll(cwd, '/work');
  };
}
const rule = (kind: Rule['kind'], tool: string, pattern?: string): Rule => ({ kind, tool, pattern, source: 'test' });

test('a longer yes is offered where it would have spared the question', async () => {
  const spared = await begin({});

  expect(spared('Bash', { command: 'npm test' })).toBe('Bash(npm test *)');
  expect(spared('Edit', { file_path: 'a.ts', old_string: 'a', new_string: 'b' })).toBe('Edit(/work/**)');
  expect(spared('WebFetch', { url: 'https://a.example/' })).toBe('WebFetch(domain:a.example)');
});

test('a longer yes is not offered for what is asked whatever rules allow', async () => {
  const spared = await begin({ rules: [rule('ask', 'Bash', 'git push:*')] });

  expect(spared('Bash', { command: 'git push origin' })).toBeUndefined();
  expect(spared('Bash', { command: 'touch .git/hooks/x' })).toBeUndefined();
  expect(spared('Write', { file_path: '.letta/settings.json', content: '{}' })).toBeUndefined();
});

test.each<[string, Partial<Policy>]>([
  ['plan', { mode: 'plan' }],
  ['deny', { rules: [rule('deny', 'Edit', '**')] }],
  ['only', { only: [{ tool: 'Edit', pattern: 'docs/**' }] }],
])('S12 a longer yes is not offered where an ancestor forbids more: %s', async (_, narrowed) => {
  const spared = await begin({}, narrowed);

  expect(spared('Edit', { file_path: 'src/a.ts', old_string: 'a', new_string: 'b' })).toBeUndefined();
});

test('a task in a worktree of its own asks from there', async () => {
  const repository = await createRepository();
  const world = await createWorld(
    cast(
      [
        uses(['Task', { subagent_type: 'apart', prompt: 'work', description: 'Work apart', run_in_background: true }]),
        says('ok'),
      ],
      { work: uses(['Change', { text: 'x' }]) },
    ),
    { cwd: repository.root, agents: [agentNamed('apart', { isolation: 'worktree' })] },
  );
  const policy = { ...bypass, mode: 'ask', roots: [repository.root] } as const;
  const program = await world.open({ policy, canAsk: () => true });
  await program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 1);
  const { id } = await taskNamed(program, 'Work apart');

  const asker = await askerOf(program.chat, id);

  expect(asker).toMatchObject({ task: 'Work apart', isApart: true });
  expect(asker.cwd).toContain(join(world.root, 'state', 'worktrees'));
  expect(asker.policies.map(({ roots }) => roots)).toEqual(asker.policies.map(() => [asker.cwd]));
  program.chat.session.interrupt();
});
