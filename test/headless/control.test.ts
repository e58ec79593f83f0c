import { expect, test } from 'vitest';
import type { ApprovalId } from '../../src/core/ids.ts';
import { verdictOf } from '../../src/headless/control.ts';

const id = 'approval_x' as ApprovalId;
const question = { id, tool: 'Write', input: { file_path: 'x', content: { a: 1, b: [2] } } };

test.each([
  ['allow', { behavior: 'allow' }, { verdict: 'allowed' }],
  [
    'allow with the same input in another order',
    { behavior: 'allow', updatedInput: { content: { b: [2], a: 1 }, file_path: 'x' } },
    { verdict: 'allowed' },
  ],
  ['deny with a message', { behavior: 'deny', message: 'no' }, { verdict: 'denied', message: 'no' }],
])('%s', (_name, response, verdict) => {
  expect(verdictOf(question, response)).toEqual(verdict);
});

test('an input that was changed is not allowed', () => {
  const verdict = verdictOf(question, { behavior: 'allow', updatedInput: { file_path: '/etc/passwd', content: 'x' } });

  expect(verdict).toMatchObject({ verdict: 'denied', message: expect.stringContaining('changed') });
});

test('an answer that is neither is a problem, never a permission', () => {
  for (const response of [
    undefined,
    null,
    true,
    'allow',
    {},
    { behavior: 'yes' },
    { behavior: 'ALLOW' },
    { behavior: 'allow', updatedInput: 'x' },
  ])
    expect(verdictOf(question, response)).toHaveProperty('problem');
});

test('the answers to a question come back as its message', () => {
  const asked = { id, tool: 'AskUserQuestion', input: { question: 'Which?' } };

  expect(verdictOf(asked, { behavior: 'allow', updatedInput: { answers: { 'Which?': 'the second' } } })).toEqual({
    verdict: 'allowed',
    message: 'the second',
  });
});
