import { messagesOf, noResult } from '../engine/context.ts';
import type { LaneWork } from '../engine/lane-work.ts';
import type { Message } from '../models/model.ts';
import type { Reader } from '../store/store.ts';
import { toolSpec } from '../tools/spec.ts';

/** Characters that make a token; the same estimate that decides when a lane is compacted. */
const charsPerToken = 3.5;

type ContextPart = { readonly name: string; readonly tokens: number };
/** What the next request of a lane would hold, by estimate, and what its model takes. `lastInput`: what the provider counted for the newest request. */
export type ContextParts = {
  readonly parts: readonly ContextPart[];
  readonly window: number;
  readonly lastInput: number | undefined;
};

/** From the very messages and tools that the next request is made of. */
export async function contextParts(store: Reader, work: LaneWork, window: number): Promise<ContextParts> {
  const entries = await store.entries(work.chatId, { lane: work.lane });
  const messages = messagesOf(entries, work.base, noResult);
  const last = entries.findLast(entry => entry.type === 'model:answered');
  const sum = (of: Message['role'], size: (message: Message) => number) =>
    messages.filter(message => message.role === of).reduce((total, message) => total + size(message), 0);
  const specs = work.tools.map(toolSpec).reduce((total, spec) => total + JSON.stringify(spec).length, 0);
  const parts = [
    ['instructions', work.system.length],
    ['tools', specs],
    ['what people and tasks said', sum('user', message => message.text.length)],
    ['answers and calls', sum('assistant', sizeOfAnswer)],
    ['results of tools', sum('tool', message => message.text.length)],
  ] as const;
  return {
    parts: parts.map(([name, chars]) => ({ name, tokens: Math.ceil(chars / charsPerToken) })),
    window,
    lastInput: last?.type === 'model:answered' ? last.usage.inputTokens : undefined,
  };
}

function sizeOfAnswer(message: Message): number {
  if (message.role !== 'assistant') return 0;
  return message.text.length + (message.thinking ?? '').length + JSON.stringify(message.calls).length;
}
