import { type ChatId, createIds, type UserId } from '../../src/core/ids.ts';
import type { Log } from '../../src/core/ports.ts';
import { createLiveHub } from '../../src/engine/live.ts';
import { createDecide } from '../../src/permissions/decide.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import { type OpenChat, type OpenChatOptions, openChat } from '../../src/tasks/open-chat.ts';
import { openWithSchedules } from '../../src/tasks/open-with-schedules.ts';
import { startScheduler } from '../../src/tasks/scheduler.ts';
import { type BaseDeps, startWorking, type Working } from '../../src/tasks/working.ts';
import type { AnyTool } from '../../src/tools/tool.ts';
import { agentNamed } from '../fakes/agent-named.ts';
import { noTranscripts, noWorktrees } from '../fakes/no-files.ts';
import { simModel } from './model.ts';
import type { Scope } from './scope.ts';
import type { SimStore } from './store.ts';

export const simUser = 'user_sim' as UserId; // a fixed id

export const agents = [
  agentNamed('general-purpose'),
  agentNamed('explore', { tools: ['Look', 'Task', 'TaskOutput'] }),
  agentNamed('hasty', { timeoutMs: 5_000, background: true }),
];
const listed = Promise.resolve({ agents, problems: [] });

/** What `wire.ts` puts together, with ports that the simulation holds. */
export function simBase(
  scope: Scope,
  store: SimStore,
  tools: readonly AnyTool[],
  isAlive: (pid: number) => boolean,
): BaseDeps {
  return {
    store,
    clock: scope.clock,
    models: simModel(scope),
    decide: createDecide({ home: '/home/sim', ownPaths: [] }),
    ids: createIds(scope.clock, scope.prng),
    limits: scope.profile.limits,
    log: simLog(scope),
    live: createLiveHub(),
    agents: { list: () => listed, refresh: () => listed },
    transcripts: noTranscripts,
    worktrees: noWorktrees,
    tools,
    surroundings: async cwd => ({
      at: { cwd, home: '/home/sim', levels: [cwd], platform: 'sim', today: '2026-01-01', isRepository: false },
      memory: '',
    }),
    isAlive,
  };
}

/** Errors that no fault of the world explains are problems. */
function simLog({ process, note, recorder }: Scope): Log {
  const add = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    note(process, () => `${level}: ${message} ${JSON.stringify(fields ?? {}).slice(0, 300)}`);
  const error = add('error');
  return {
    debug() {},
    info: add('info'),
    warn: add('warn'),
    error(message, fields) {
      error(message, fields);
      if (message === 'a tool threw' && String(fields?.error).startsWith('broken by')) return;
      recorder.problems.push(`${process.name} logged: ${message} ${JSON.stringify(fields ?? {}).slice(0, 600)}`);
    },
  };
}

export type Opening = {
  readonly pid: number;
  readonly host: string;
  readonly policy: Policy;
  readonly startsOnLate: boolean;
  readonly canAsk: boolean;
};

export const chooseModel = async () => ({ handle: 'sim/model', why: 'sim', isFallback: false });

/** Opens a chat as an interactive program does. */
export function openAsFace(scope: Scope, base: BaseDeps, chatId: ChatId, opening: Opening): Promise<OpenChat> {
  const { runBudget, schedules } = scope.profile;
  const options: OpenChatOptions = {
    chatId,
    user: simUser,
    model: 'sim/model',
    policy: opening.policy,
    startsOnLate: opening.startsOnLate,
    kind: 'interactive',
    canAsk: () => opening.canAsk,
    host: opening.host,
    pid: opening.pid,
    ...(runBudget === undefined ? {} : { budget: { tokens: runBudget } }),
  };
  // Looking for schedules where there are none would be half of what a small world does.
  return schedules > 0 ? openWithSchedules({ base, chooseModel }, options) : openChat(base, options);
}

/** Runs the tasks of every chat and fires schedules, and has none open. */
export async function openAsWorker({ profile }: Scope, base: BaseDeps, { pid, host }: Opening): Promise<Working> {
  const working = await startWorking(base, {
    kind: 'worker',
    pid,
    host,
    chatIds: () => undefined,
    canAsk: () => false,
  });
  if (profile.schedules === 0) return working;
  const scheduler = startScheduler({ base, chooseModel });
  return {
    ...working,
    async close() {
      await scheduler.close();
      await working.close();
    },
  };
}
