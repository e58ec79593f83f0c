import { expect, test } from 'vitest';
import type { TurnEnd } from '../../src/core/entry.ts';
import type { ChatId } from '../../src/core/ids.ts';
import { type RunEnd, resultLine, resultOf } from '../../src/headless/result.ts';
import { emptyRunLog, type RunLog } from '../../src/headless/run-log.ts';

const told = { chatId: 'chat_x' as ChatId, durationMs: 1, tasks: [] };
const moment: RunEnd = { kind: 'moment' };

function logOf(how: TurnEnd | undefined, more: Partial<RunLog> = {}): RunLog {
  return { ...emptyRunLog, ...(how === undefined ? {} : { end: { how, message: 'because', seq: 1 } }), ...more };
}

test.each([
  ['done', moment, 'success', 0],
  ['max-turns', moment, 'error_max_turns', 4],
  ['budget', moment, 'error_max_budget', 4],
  ['failed', moment, 'error_during_execution', 1],
  ['loop', moment, 'error_during_execution', 1],
  ['interrupted', moment, 'error_during_execution', 1],
  ['done', { kind: 'signal', name: 'SIGINT' }, 'error_during_execution', 1],
  ['done', { kind: 'unread' }, 'error_during_execution', 0],
  [undefined, moment, 'success', 0],
] as const)('a turn that ended %s, and a run by %o, is %s with exit code %i', (how, end, subtype, exitCode) => {
  expect(resultOf(logOf(how), end, told)).toMatchObject({ subtype, exitCode });
});

test('nobody reads any more while a turn is open: not a success', () => {
  expect(resultOf(logOf(undefined, { hasOpenTurn: true }), { kind: 'unread' }, told).exitCode).toBe(141);
});

test('S25 figures that are not known are absent, and a cost with a gap is not known', () => {
  const line = resultLine(
    resultOf(logOf('done', { usage: { outputTokens: 3, costUsd: 1 }, isCostKnown: false }), moment, told),
  );

  expect(line).not.toHaveProperty('total_cost_usd');
  expect(line.usage).toEqual({ output_tokens: 3 });
});

test('input tokens are told without those of the cache', () => {
  const usage = { inputTokens: 100, outputTokens: 5, cacheReadTokens: 60, cacheWriteTokens: 10 };

  const line = resultLine(resultOf(logOf('done', { usage }), moment, told));

  expect(line.usage).toEqual({
    input_tokens: 30,
    output_tokens: 5,
    cache_read_input_tokens: 60,
    cache_creation_input_tokens: 10,
  });
});
