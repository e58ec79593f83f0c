import { expect, test } from 'vitest';
import type { Message } from '../../../src/models/model.ts';
import { chooseReply } from '../../../src/models/playbook/choose.ts';
import { parsePlaybook } from '../../../src/models/playbook/parse.ts';
import { answer, requestOf, result, user } from '../../fakes/conversation.ts';
import { cpuMs } from '../../fakes/pace.ts';

const book = (replies: string) => parsePlaybook(`name: test\nreplies:\n${replies}`, 'test.yaml');
const notification = user(
  '<task-notification>\n<task-id>t</task-id>\n<status>completed</status>\n<summary>S</summary>\n<result>task_id=t\n\nR</result>\n</task-notification>',
);

test.each<[string, string, Message[], boolean]>([
  ['contains', 'contains: needle', [user('a needle b')], true],
  ['contains', 'contains: Needle', [user('a needle b')], false],
  ['matches', 'matches: "^b$"', [user('a\nb')], true],
  ['matches with flags', 'matches: /NEEDLE/i', [user('a needle')], true],
  ['from', 'from: user', [user('x')], true],
  ['from', 'from: user', [notification], false],
  ['from', 'from: notification', [notification], true],
  ['from', 'from: tool', [user('x'), answer('', 'Glob'), result('Glob', 'r')], true],
  ['from', 'from: program', [user('<program-remark>x</program-remark>')], true],
  ['tool', 'tool: Glob', [user('x'), answer('', 'Glob'), result('Glob', 'r'), notification], true],
  ['tool', 'tool: Glob', [user('x'), answer('', 'Glob'), result('Glob', 'r'), answer('y'), user('z')], false],
  ['is_error', 'is_error: true', [user('x'), answer('', 'Glob'), result('Glob', 'r', 'c1', true)], true],
  [
    'one part has all',
    'tool: Glob, contains: x',
    [user('x'), answer('', 'Glob'), result('Glob', 'r'), user('x')],
    false,
  ],
  ['agent', 'agent: explore', [user('x')], false],
  ['system', 'system: careful', [user('x')], true],
  ['prompt', 'prompt: one', [user('one'), answer('a'), user('two')], true],
  ['step', 'step: 2', [user('x'), answer('', 'Glob'), result('Glob', 'r')], true],
  [
    'step over a notification',
    'step: 3',
    [user('x'), answer('', 'A'), result('A', 'r'), answer('w'), notification],
    true,
  ],
  ['step after a person', 'step: 1', [user('x'), answer('a'), user('y')], true],
  ['reports', 'reports: 2', [user('x'), answer('a'), notification, answer('b'), notification], true],
  ['reports', 'reports: 1', [user('x'), answer('a'), notification, answer('b'), notification], false],
])('%s: { %s } is decided', (_, when, messages, holds) => {
  const playbook = book(`  - when: { ${when} }\n    say: yes it does\n  - say: no\n`);

  const reply = chooseReply(playbook, requestOf(messages, { system: 'be careful' }));

  expect(reply.text).toBe(holds ? 'yes it does' : 'no');
});

test('S16 how often a reply was used is read from the messages, so it survives a restart', () => {
  const playbook = book('  - when: { contains: hi, times: 2 }\n    say: hello\n  - say: enough\n');

  const texts = [0, 1, 2, 3].map(turns => {
    const before = Array.from({ length: turns }, () => [user('hi'), answer('hello')]).flat();
    return chooseReply(playbook, requestOf([...before, user('hi')])).text;
  });

  expect(texts).toEqual(['hello', 'hello', 'enough', 'enough']);
});

test('S16 the same request gets the same reply, ids of calls included; another lane or step gets other ids', () => {
  const playbook = book(
    '  - call: [{ tool: A, input: { n: 1, text: "{{input}}", list: ["{{input}}"] } }, { tool: B, id: mine }]\n',
  );
  const ask = (messages: Message[], conversation: string) =>
    chooseReply(playbook, requestOf(messages, { conversation }));

  const [first, again, lane, step] = [
    ask([user('x')], 'a'),
    ask([user('x')], 'a'),
    ask([user('x')], 'b'),
    ask([user('x'), answer('y'), user('x')], 'a'),
  ];

  expect(again).toEqual(first);
  expect(first?.calls[0]?.input).toEqual({ n: 1, text: 'x', list: ['x'] });
  expect(first?.calls[1]?.callId).toBe('mine');
  expect(new Set([first, lane, step].map(reply => reply?.calls[0]?.callId)).size).toBe(3);
});

test('usage is what the file says, else estimated from lengths', () => {
  const playbook = book(
    '  - when: { contains: given }\n    say: a\n    usage: { input: 7, output: 8, cache_read: 3 }\n  - say: abcdefgh\n',
  );

  const given = chooseReply(playbook, requestOf([user('given')]));
  const estimated = chooseReply(playbook, requestOf([user('12345678')]));

  expect(given.usage).toEqual({ inputTokens: 7, outputTokens: 8, cacheReadTokens: 3 });
  expect(estimated.usage).toEqual({ inputTokens: 2, outputTokens: 2, cacheReadTokens: undefined });
});

test('an input that nothing matches fails with a message that names it', () => {
  const playbook = book('  - when: { contains: hi }\n    say: hello\n');

  const reply = chooseReply(playbook, requestOf([user('what now?')], { agent: 'explore' }));

  expect(reply.fault).toMatchObject({ kind: 'status', value: 400 });
  expect(reply.fault?.message).toBe(
    'playbook "test" (test.yaml) has no reply for "what now?" from user (agent explore, step 1); add one to replies, or a default',
  );
});

test('R24 a request longer than context_window overflows', () => {
  const playbook = parsePlaybook('name: a\ncontext_window: 10\nreplies: [{ say: hi }]\n', 'a.yaml');

  const reply = chooseReply(playbook, requestOf([user('x'.repeat(44))]));

  expect(reply.fault).toMatchObject({ kind: 'overflow', message: 'prompt is too long: 11 tokens > 10 maximum' });
});

test('a lane of 300 steps with counted replies is answered in less than a second', async () => {
  const playbook = book('  - when: { contains: never, times: 1 }\n    say: a\n  - when: { times: 1000 }\n    say: b\n');
  const messages = Array.from({ length: 300 }, () => [user('hi'), answer('b')]).flat();

  const usedMs = await cpuMs(() => {
    expect(chooseReply(playbook, requestOf([...messages, user('hi')])).text).toBe('b');
  });

  expect(usedMs).toBeLessThan(1000);
});
