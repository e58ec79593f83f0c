import { charsOf } from '../engine/compaction.ts';
import { messagesOf, noResult } from '../engine/context.ts';
import { estimateTokens } from '../engine/estimate.ts';
import type { LaneWork } from '../engine/lane-work.ts';
import type { Message } from '../models/model.ts';
import { toolSpec } from '../tools/spec.ts';
import type { BaseDeps } from './working.ts';

export type ContextPart = { readonly name: string; readonly tokens: number };
/** What the next request of a lane would hold, by estimate, and what its model takes. */
export type ContextParts = {
  readonly parts: readonly ContextPart[];
  readonly window: number;
  /** From so many on the lane is compacted by itself. */
  readonly compactsAt: number;
  /** What the provider counted for the newest request. */
  readonly lastInput: number | undefined;
};

/** From the very messages and tools that the next request is made of. */
export async function contextParts(
  { store, models, limits, surroundings }: Pick<BaseDeps, 'store' | 'models' | 'limits' | 'surroundings'>,
  work: LaneWork,
): Promise<ContextParts> {
  const entries = await store.entries(work.chatId, { lane: work.lane });
  const messages = messagesOf(entries, work.base, noResult);
  const summary = entries.findLast(entry => entry.type === 'context:compacted');
  const last = entries.findLast(entry => entry.type === 'model:answered');
  const memory = (await surroundings(work.cwd)).memory.length;
  const summed = summary?.type === 'context:compacted' ? summary.summary.length : 0;
  const sum = (role: Message['role']) =>
    messages.filter(message => message.role === role).reduce((total, message) => total + charsOf(message), 0);
  const specs = work.tools.map(toolSpec).reduce((total, spec) => total + JSON.stringify(spec).length, 0);
  const chars = [
    ['system prompt', work.system.length - memory],
    ['AGENTS.md', memory],
    ['tools', specs],
    ['summary of what came before', summed],
    ['what people and tasks said', sum('user') - summed],
    ['answers and calls', sum('assistant')],
    ['results of tools', sum('tool')],
  ] as const;
  const window = models.facts(work.model).contextWindow;
  return {
    parts: chars.map(([name, count]) => ({ name, tokens: estimateTokens(count) })).filter(part => part.tokens > 0),
    window,
    compactsAt: Math.floor(window * limits.compactAt),
    lastInput: last?.type === 'model:answered' ? last.usage.inputTokens : undefined,
  };
}
