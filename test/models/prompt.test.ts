import { expect, test } from 'vitest';
import type { Message } from '../../src/models/model.ts';
import { promptOf, toolsOf } from '../../src/models/prompt.ts';
import { ask, protocols } from '../fakes/models.ts';

const call = (callId: string, input: unknown = {}) => ({ callId, tool: 'Read', input });
const said = (text: string, calls: ReturnType<typeof call>[] = [], more: object = {}): Message => ({
  role: 'assistant',
  text,
  calls,
  ...more,
});
const result = (callId: string, text = 'ok', isError = false): Message => ({
  role: 'tool',
  callId,
  tool: 'Read',
  text,
  isError,
});
const user = (text: string): Message => ({ role: 'user', text });

function prompt(
  messages: Message[],
  protocol: (typeof protocols)[number] = 'openai-chat',
  provider: string = protocol,
) {
  return promptOf(ask('', { messages, system: '' }), { protocol, provider });
}

test('results of one answer stand together, an unknown one is left out', () => {
  const messages = [user('go'), said('', [call('a'), call('b')]), result('a'), result('nobody'), result('b')];

  const roles = prompt(messages).map(message => [message.role, message.content.length]);

  expect(roles).toEqual([
    ['user', 1],
    ['assistant', 2],
    ['tool', 2],
  ]);
});

test('ids that a server uses again in a later answer are told apart', () => {
  const messages = [
    user('go'),
    said('', [call('call_0')]),
    result('call_0'),
    said('', [call('call_0')]),
    result('call_0'),
  ];

  const text = JSON.stringify(prompt(messages));

  expect(text.match(/"toolCallId":"call_0"/g)).toHaveLength(2);
  expect(text.match(/"toolCallId":"call_0_2"/g)).toHaveLength(2);
});

test('ids of another provider are put into the form that Anthropic takes', () => {
  const messages = [user('go'), said('', [call('functions.Bash:0')]), result('functions.Bash:0')];

  const text = JSON.stringify(prompt(messages, 'anthropic'));

  expect(text.match(/"toolCallId":"call_functions_Bash_0"/g)).toHaveLength(2);
});

test('a failed result is marked in words where the protocol has no mark', () => {
  const messages = [user('go'), said('', [call('a')]), result('a', 'no such file', true)];

  const [chat, anthropic] = (['openai-chat', 'anthropic'] as const).map(protocol =>
    JSON.stringify(prompt(messages, protocol)),
  );

  expect(chat).toContain('Error: no such file');
  expect(anthropic).toContain('{"type":"error-text","value":"no such file"}');
});

test('an empty message of the user says so, since providers refuse it', () => {
  expect(prompt([user(' ')])).toEqual([{ role: 'user', content: [{ type: 'text', text: '(empty message)' }] }]);
});

test('R11 lone surrogates never reach the provider', () => {
  const messages = [user('a\ud800b'), said('\udc00', [call('a', { 'k\ud800': ['\ud800'] })]), result('a', '\ud83d')];

  for (const protocol of protocols) expect(JSON.stringify(prompt(messages, protocol))).not.toMatch(/\\ud[89a-f]/);
});

const backend = {
  parts: [
    { type: 'thinking', text: 'hm', meta: { anthropic: { signature: 'sig' } } },
    { type: 'text', chars: 4 },
    { type: 'call', index: 0 },
  ],
};

test('signed thoughts go back to the provider they came from, and to nobody else', () => {
  const answer = said('Done', [call('a')], { thinking: 'hm', backend, model: 'anthropic/claude' });
  const messages = [user('go'), answer, result('a')];

  expect(JSON.stringify(prompt(messages, 'anthropic'))).toContain('"signature":"sig"');
  expect(JSON.stringify(prompt(messages, 'openai-chat'))).not.toMatch(/sig|hm/);
});

test('data of a backend that does not fit its message is not used', () => {
  const messages = [user('go'), said('Changed text', [], { backend, model: 'anthropic/claude' }), user('on')];

  expect(prompt(messages, 'anthropic')[1]?.content).toMatchObject([{ type: 'text', text: 'Changed text' }]);
});

test('thoughts of the running exchange go back over chat completions, older ones do not', () => {
  const answer = (thinking: string) => said('x', [call('a')], { thinking, model: 'openai-chat/m' });
  const messages = [user('go'), answer('old'), result('a'), user('on'), answer('new'), result('a')];

  const text = JSON.stringify(prompt(messages));

  expect(text).toContain('"reasoning","text":"new"');
  expect(text).not.toContain('old');
});

test('Anthropic is told what to cache: tools, system and the last two messages', () => {
  const messages = [user('1'), said('2', [call('a')]), result('a'), said('3'), user('4')];
  const request = ask('', { messages, system: 'sys' });

  const marked = promptOf(request, { protocol: 'anthropic', provider: 'anthropic' }).map(
    message => message.providerOptions !== undefined,
  );
  const tools = toolsOf(
    [1, 2].map(number => ({ name: `t${number}`, description: '', inputSchema: {} })),
    'anthropic',
  );

  expect(marked).toEqual([true, false, false, true, false, true]);
  expect(tools.map(tool => tool.providerOptions !== undefined)).toEqual([false, true]);
});
