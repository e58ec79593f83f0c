import type { ChatId } from '../../src/core/ids.ts';
import type { Limits } from '../../src/core/limits.ts';
import type { Notify } from '../../src/store/rows.ts';
import { type OpenChat, openChat } from '../../src/tasks/open-chat.ts';
import type { Program } from '../../src/tasks/program.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import type { TaskDeps } from '../../src/tasks/task-deps.ts';
import type { BaseDeps } from '../../src/tasks/working.ts';
import { openHome, openProgram } from '../../src/wire.ts';

/** The program as the benches open it, in the folder where they run: everything is allowed, and nobody is there to be asked. */
export async function openBench(model: string, limits: Partial<Limits> = {}): Promise<Program> {
  const home = await openHome({ model, permissionMode: 'bypass' }, process.cwd());
  return openProgram({ ...home, config: { ...home.config, limits: { ...home.config.limits, ...limits } } });
}

/** Opens a chat as a face does. */
export function openBenchChat(
  program: Program,
  chatId: ChatId,
  model: string,
  base: BaseDeps = program.base,
): Promise<OpenChat> {
  return openChat(base, {
    chatId,
    user: program.user,
    model,
    policy: program.policy,
    startsOnLate: true,
    kind: 'bench',
    pid: program.pid,
    host: program.host,
    canAsk: () => false,
  });
}

/** Queues background tasks of the main lane in one commit, numbered in their prompts. */
export async function delegate(
  program: Program,
  deps: TaskDeps,
  work: {
    readonly chatId: ChatId;
    readonly count: number;
    readonly prompt: string;
    readonly notify: Notify;
    readonly model: (index: number) => string;
  },
): Promise<void> {
  const { agents } = await deps.agents.list();
  const definition = agents.find(agent => agent.name === 'general-purpose');
  if (!definition) throw new Error('there is no general-purpose agent');
  await program.store.write(async tx => {
    for (let i = 0; i < work.count; i += 1) {
      await spawnTask(deps, tx, {
        chatId: work.chatId,
        parent: { lane: 'main' },
        depth: 1,
        definition,
        prompt: `${work.prompt} ${i}`,
        description: `Bench ${i}`,
        model: work.model(i),
        base: [],
        policies: [program.policy],
        cwd: program.workspace,
        isBackground: true,
        notify: work.notify,
        dependsOn: [],
        creator: program.user,
        origin: 'bench',
      });
    }
  });
}
