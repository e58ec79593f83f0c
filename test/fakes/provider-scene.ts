import { onTestFinished } from 'vitest';
import type { Entry, EntryOf } from '../../src/core/entry.ts';
import type { Limits } from '../../src/core/limits.ts';
import type { LiveEvent } from '../../src/engine/live.ts';
import type { ProtocolName } from '../../src/models/base-url.ts';
import type { Models } from '../../src/models/model.ts';
import { type ModelServer, startModelServer } from './model-server/server.ts';
import { modelsAt } from './models.ts';
import { type NarrowDoor, openNarrowDoor } from './narrow-door.ts';
import { createWorld, ofType, type TestProgram, type World } from './program.ts';

/** The primary agent sends `count` subagents, each looks once and reports; `job` is what their replies do besides. */
export function office(count: number, job = ''): string {
  const task = (index: number) => `
      - tool: Task
        input: { subagent_type: general-purpose, description: Job ${index} now, prompt: job ${index}, run_in_background: true }`;
  return `name: office
replies:
${job}
  - when: { from: user, contains: send all, times: 1 }
    say: I send them.
    call:${Array.from({ length: count }, (_, index) => task(index + 1)).join('')}
  - when: { from: notification }
    say: 'Back: {{report_count}}'
  - when: { tool: Task }
    say: At work.
  - when: { prompt: job, from: user }
    say: I look.
    call: [{ tool: Look, input: { text: '{{prompt}}' } }]
  - when: { prompt: job }
    say: 'report of {{prompt}}'
default: { say: Fine. }
`;
}

type Scene = { world: World; program: TestProgram; server: ModelServer; door: NarrowDoor | undefined };
type SceneOptions = {
  readonly door?: { readonly most: () => number; readonly retryAfter?: string };
  readonly protocol?: ProtocolName;
  readonly limits?: Partial<Limits>;
  readonly around?: (models: Models) => Models;
};

/** A program whose models are those of a strict scripted server, over the real protocol. Its clock is the test's. */
export async function scene(playbook: string, options: SceneOptions = {}): Promise<Scene> {
  const { protocol = 'openai-chat', around = models => models } = options;
  const server = await startModelServer({ playbook, strict: true });
  onTestFinished(() => server.stop());
  let now = () => 0;
  const door = options.door && (await openNarrowDoor(server.url, { ...options.door, now: () => now() }));
  if (door) onTestFinished(() => door.stop());
  // The test's time runs ahead of real answers; what is about long waits is for tests of its own.
  const long = { modelIdleMs: 1e12, modelConnectMs: 1e12, modelRetryTotalMs: 1e12, taskTimeoutMs: 1e12 };
  const own = { ...long, ...options.limits };
  const world = await createWorld(() => ({}), {
    limits: own,
    models: clock => around(modelsAt(door?.url ?? server.url, { clock, limits: own })),
  });
  now = world.clock.monotonic;
  const program = await world.open({ model: `${protocol}/m` });
  return { world, program, server, door };
}

export function live(program: TestProgram): LiveEvent[] {
  const events: LiveEvent[] = [];
  program.chat.session.subscribe(0, event => {
    if (event.kind === 'live') events.push(event.event);
  });
  return events;
}

export function seen(program: TestProgram): Entry[] {
  const entries: Entry[] = [];
  program.chat.session.subscribe(0, event => {
    if (event.kind === 'entries') entries.push(...event.entries);
  });
  return entries;
}

export async function ends(program: TestProgram): Promise<EntryOf<'task:ended'>[]> {
  return ofType(await program.entries(), 'task:ended');
}
