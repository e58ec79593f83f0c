import { expect, test } from 'vitest';
import { processesIn } from './evidence.ts';
import { guardsOf } from './living.ts';
import type { Said } from './said.ts';
import { createWorld } from './world.ts';

const playbook = `
name: long
replies:
  - when: { step: 1 }
    say: I wait.
    call: [{ tool: Bash, input: { command: 'echo began > effects.txt; sleep 300', description: Wait long } }]
default: { say: That was cut off. }
`;
const isToolStart = (said: Said): said is Said => said.kind === 'entry' && said.entry.type === 'tool:started';

test('R1 what a killed program had running is ended by the next start, when the guard that does it at once was killed too', async () => {
  const world = await createWorld(playbook);
  try {
    const first = world.start(['--say', 'Wait']);
    await first.until(isToolStart);
    await expect.poll(() => processesIn(world).then(found => found.some(one => one.includes('sleep')))).toBe(true);
    const guards = await guardsOf(first.process.pid);
    for (const pid of [...guards, first.process.pid ?? 0]) process.kill(pid, 'SIGKILL');
    await first.ended;
    const orphans = await processesIn(world);

    const { code, errors } = await world.start([]).ended;

    expect(guards).toHaveLength(1);
    expect([code, errors]).toEqual([0, '']);
    expect(orphans).not.toEqual([]);
    // Killed, and gone when the system comes to it.
    await expect.poll(() => processesIn(world)).toEqual([]);
  } finally {
    await world.dispose();
  }
});
