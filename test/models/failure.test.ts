import { expect, test } from 'vitest';
import { stoppedMessage } from '../../src/models/failure.ts';
import { brokenByNetwork } from '../../src/models/failure-of-network.ts';
import { brokenByStatus, brokenByStream } from '../../src/models/failure-of-status.ts';

const endpoint = {
  provider: 'acme',
  model: 'large',
  host: 'api.acme.test',
  keyVariables: ['ACME_KEY'],
  secrets: ['sk-0123456789'],
};
const byStatus = (status: number, body: string) =>
  brokenByStatus({ status, body, retryAfter: undefined, now: 0 }, endpoint).breakage;

const kinds: readonly [number, string, string, RegExp][] = [
  [401, '{"error":{"message":"bad key"}}', 'auth', /refused the key with 401: bad key\. Check the key in ACME_KEY/],
  [403, '', 'auth', /ACME_KEY/],
  [400, '[{"error":{"message":"API key not valid.","details":[{"reason":"API_KEY_INVALID"}]}}]', 'auth', /ACME_KEY/],
  [402, '{"error":"no money"}', 'billing', /no credit left .*no money/],
  [429, '{"error":{"code":"insufficient_quota","message":"quota"}}', 'billing', /credit/],
  [400, '{"error":{"message":"Your credit balance is too low"}}', 'billing', /credit/],
  [404, '{"error":{"message":"no such model"}}', 'not-found', /legwork models list/],
  [408, '', 'timeout', /took too long with 408/],
  [429, '{"message":"slow"}', 'throttled', /slow down with 429: slow/],
  [529, '{"error":{"type":"overloaded_error","message":"Overloaded"}}', 'overloaded', /failed with 529: Overloaded/],
  [502, '<html>Bad gateway</html>', 'overloaded', /a web page instead of an answer/],
  [422, '{"detail":"x"}', 'bad-request', /refused the request with 422: x/],
];

for (const [status, body, kind, message] of kinds) {
  test(`${status} ${body.slice(0, 40)} is ${kind}`, () => {
    const breakage = byStatus(status, body);

    expect(breakage.kind).toBe(kind);
    expect(breakage.message).toMatch(message);
    expect(breakage.message).toContain('acme/large (api.acme.test)');
  });
}

for (const wording of [
  "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  'Your input exceeds the context window of this model.',
  'prompt is too long: 213462 tokens > 200000 maximum',
  'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
  'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  'the request exceeds the available context size, try increasing it',
  'Trying to keep the first 9000 tokens when context the overflows. tokens to keep from the initial prompt is greater than the context length',
  'Please reduce the length of the messages or completion.',
]) {
  test(`R24 "${wording.slice(0, 50)}" is recognised as an overflow`, () => {
    expect(byStatus(400, JSON.stringify({ error: { message: wording } })).kind).toBe('overflow');
  });
}

for (const [type, kind] of [
  ['overloaded_error', 'overloaded'],
  ['rate_limit_error', 'throttled'],
  ['RESOURCE_EXHAUSTED', 'throttled'],
  ['authentication_error', 'auth'],
  ['context_length_exceeded', 'overflow'],
  ['invalid_request_error', 'bad-request'],
  ['something_new', 'overloaded'],
] as const) {
  test(`an error of type ${type} inside a stream is ${kind}`, () => {
    expect(brokenByStream(type, 'it happened', undefined, endpoint).breakage.kind).toBe(kind);
  });
}

for (const [code, kind, message] of [
  ['ECONNREFUSED', 'network', /is the server of acme running\?/],
  ['ENOTFOUND', 'network', /host api\.acme\.test was not found/],
  ['EAI_AGAIN', 'network', /could not be resolved now/],
  ['ECONNRESET', 'network', /closed the connection before the answer was whole/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'bad-request', /NODE_EXTRA_CA_CERTS/],
] as const) {
  test(`${code} is told in plain words`, () => {
    const { breakage } = brokenByNetwork(Object.assign(new Error('low level'), { code }), endpoint, false);

    expect(breakage.kind).toBe(kind);
    expect(breakage.message).toMatch(message);
  });
}

test('several addresses that all refuse are one refusal', () => {
  const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });

  expect(brokenByNetwork(new AggregateError([refused, refused]), endpoint, false).breakage.isUnreached).toBe(true);
  expect(brokenByNetwork(refused, endpoint, true).breakage.isUnreached).toBe(false);
});

test('what a server says is one line without secrets and control characters', () => {
  const { message } = byStatus(
    400,
    JSON.stringify({ error: { message: `key sk-0123456789\n\u001b]0;title\u0007 ${'x'.repeat(5000)}` } }),
  );

  expect(message).not.toContain('sk-0123456789');
  expect(message).not.toMatch(/\p{Cc}/u);
  expect(message.length).toBeLessThan(500);
});

test.each([
  [new Error('enough'), 'Stopped: enough'],
  ['enough', 'Stopped: enough'],
  [{ kind: 'interrupt' }, 'Stopped'],
])('a request that is aborted with %o says no more than was said to it', (reason, message) => {
  expect(stoppedMessage(AbortSignal.abort(reason))).toBe(message);
});
