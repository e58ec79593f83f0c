import type { ModelEvent, ModelFailure, ModelRequest, Models } from '../../src/models/model.ts';
import { pairingProblems } from '../fakes/pairing.ts';
import { chooseReply } from './replies.ts';
import type { Scope } from './scope.ts';

/** The model of one program: takes its time, answers what the seed says, and holds every request to the pairing of calls and results. */
export function simModel(scope: Scope): Models {
  const { prng, profile, clock, recorder, note, process } = scope;
  const thinking = () => (profile.model === 'quick' ? prng.next() * 5 : prng.next() * prng.pick([50, 400, 4_000]));

  async function answer(request: ModelRequest, signal: AbortSignal): Promise<ModelEvent> {
    const reply = chooseReply(scope, request);
    note(process, () => `${request.conversation.slice(-8)} asks → ${'fails' in reply ? reply.fails : describe(reply)}`);
    try {
      await clock.sleep(thinking(), { signal });
    } catch {
      return failed('aborted', 'aborted', prng.chance(0.5) ? 'half an ans' : '');
    }
    if ('fails' in reply) return failed(reply.fails, `scripted: ${reply.fails}`, prng.chance(0.3) ? 'half' : '');
    const { text, calls, stop } = reply;
    return { type: 'answered', answer: { text, calls, stop, usage: { inputTokens: 100, outputTokens: 10 } } };
  }

  return {
    facts: handle => ({ handle, contextWindow: profile.contextWindow }),
    check: async handle => handle,
    cap: () => (profile.model === 'quick' ? 2 : 100),
    async *stream(request, signal) {
      for (const problem of pairingProblems(request.messages)) {
        recorder.problems.push(`a request of ${request.conversation} is refused: ${problem}`);
        note(process, () => `PROBLEM ${problem}: ${JSON.stringify(request.messages).slice(-1_500)}`);
      }
      scope.busy.count += 1;
      try {
        yield { type: 'text', delta: 'h' };
        yield await answer(request, signal);
      } finally {
        scope.busy.count -= 1;
      }
    },
  };
}

function failed(kind: ModelFailure['kind'], message: string, partialText: string): ModelEvent {
  return { type: 'failed', failure: { kind, message, partialText } };
}

function describe({ text, calls }: { text: string; calls: readonly { tool: string; input: unknown }[] }): string {
  if (calls.length === 0) return `"${text.slice(0, 30)}"`;
  return calls.map(call => `${call.tool} ${JSON.stringify(call.input).slice(0, 90)}`).join(' + ');
}
