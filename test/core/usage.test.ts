import { expect, test } from 'vitest';
import { addUsage, totalTokens } from '../../src/core/usage.ts';

test('S25 a figure that nobody gave stays absent in the sum', () => {
  expect(addUsage({ inputTokens: 1 }, { inputTokens: 2, costUsd: 0.5 })).toEqual({ inputTokens: 3, costUsd: 0.5 });
  expect(addUsage({}, {})).toEqual({});
});

test('S25 the total is unknown when neither input nor output is known', () => {
  expect(totalTokens({ costUsd: 1 })).toBeUndefined();
  expect(totalTokens({ outputTokens: 3 })).toBe(3);
});
