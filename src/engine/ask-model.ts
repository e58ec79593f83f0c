import type { Message, ModelEvent, ToolSpec } from '../models/model.ts';
import type { Engine, LaneWork } from './lane-work.ts';

export type AskOutcome = Extract<ModelEvent, { type: 'answered' | 'failed' }>;

/** One request of a lane; what streams meanwhile goes to the live hub. Never throws: a model that breaks its contract is a failure too. */
export async function askModel(
  engine: Engine,
  work: LaneWork,
  messages: readonly Message[],
  tools: readonly ToolSpec[],
  signal: AbortSignal,
): Promise<AskOutcome> {
  const { chatId, lane, model, system, agent } = work;
  const request = {
    model,
    system,
    messages,
    newFrom: firstNew(messages),
    conversation: `${chatId}/${lane}`,
    tools,
    agent,
  };
  for await (const event of engine.models.stream(request, signal)) {
    if (event.type === 'answered' || event.type === 'failed') return event;
    if (event.type === 'call') engine.live.emit(chatId, { type: 'calling', lane, tool: event.tool });
    else engine.live.emit(chatId, { ...event, lane });
  }
  return {
    type: 'failed',
    failure: { kind: 'protocol', message: `${model} ended its stream without an answer`, partialText: '' },
  };
}

/** Everything after the last answer is new to a backend that keeps the history. */
function firstNew(messages: readonly Message[]): number {
  return messages.findLastIndex(message => message.role === 'assistant') + 1;
}
