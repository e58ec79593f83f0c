import type { Clock } from '../core/ports.ts';
import type { Usage } from '../core/usage.ts';
import type { ModelHandle, Models } from './model.ts';

export type ModelTest = {
  readonly handle: ModelHandle;
  /** Until the whole answer was there, or the failure. */
  readonly durationMs: number;
  /** Until the first piece of it. */
  readonly firstMs?: number | undefined;
} & (
  | { readonly kind: 'answered'; readonly text: string; readonly usage: Usage }
  | { readonly kind: 'failed'; readonly message: string }
);

/** One tiny request. Repetitions count as failures here: whoever tests a model wants to hear of the first one. */
export async function testModel(
  models: Models,
  handle: ModelHandle,
  clock: Clock,
  signal: AbortSignal,
): Promise<ModelTest> {
  const begin = clock.monotonic();
  const sinceBegin = () => Math.round(clock.monotonic() - begin);
  let firstMs: number | undefined;
  const request = {
    model: handle,
    system: '',
    messages: [{ role: 'user', text: 'Answer with the single word: ready' }],
    newFrom: 0,
    conversation: 'models-test',
    tools: [],
    agent: 'primary',
  } as const;
  for await (const event of models.stream(request, signal)) {
    if (event.type === 'retrying')
      return { handle, kind: 'failed', durationMs: sinceBegin(), firstMs, message: event.reason };
    if (event.type === 'failed') {
      return { handle, kind: 'failed', durationMs: sinceBegin(), firstMs, message: event.failure.message };
    }
    if (event.type === 'answered') {
      const { text, usage } = event.answer;
      return { handle, kind: 'answered', durationMs: sinceBegin(), firstMs, text, usage };
    }
    firstMs ??= sinceBegin();
  }
  const message = `${handle} ended its stream without an answer`;
  return { handle, kind: 'failed', durationMs: sinceBegin(), firstMs, message };
}
