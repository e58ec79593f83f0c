import { expect, test } from 'vitest';
import { agentNamed } from '../fakes/agent-named.ts';
import { createWorld, ofType, taskNamed } from '../fakes/program.ts';
import { promptOf, says, stepOf, uses } from '../fakes/script-model.ts';

const general = (name: string, more: Record<string, unknown> = {}): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name, ...more },
];

test.each([
  ['named', { tools: ['Look', 'Task'] }],
  ['taken away', { disallowedTools: ['Change'] }],
])('S12 what tools a definition leaves holds for everything under it: %s', async (_, limits) => {
  const world = await createWorld(
    request => {
      const step = stepOf(request);
      if (request.agent === 'primary')
        return step === 0
          ? uses(['Task', { subagent_type: 'reader', prompt: 'read', description: 'read' }])
          : says('ok');
      if (promptOf(request) === 'read') return step === 0 ? uses(general('below')) : says('ok');
      if (promptOf(request) === 'below') return step === 0 ? uses(general('deepest')) : says('ok');
      return step === 0 ? uses(['Change', { text: 'escalated' }], ['Look', { text: 'permitted' }]) : says('ok');
    },
    { agents: [agentNamed('general-purpose'), agentNamed('reader', limits)] },
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const { id, spec } = await taskNamed(program, 'deepest');
  const results = ofType(await program.entries(id), 'tool:ended').map(entry => entry.text);
  expect(world.tools.changes).toEqual([]);
  expect(results.some(text => text.startsWith('Error: there is no tool "Change"'))).toBe(true);
  expect(results).toContain('saw permitted');
  expect(spec.policies.filter(policy => policy.tools ?? policy.withoutTools?.length)).toHaveLength(1);
});
