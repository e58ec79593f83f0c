import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { limits } from '../../src/core/limits.ts';
import { chatStream, eventStream, startRawServer } from '../fakes/raw-server.ts';
import { createMachine } from '../fakes/run-program.ts';

const outputBytes = 50_000_000;
const messageSchema = z.looseObject({ role: z.string(), content: z.string().nullish() });
const requestSchema = z.looseObject({ messages: z.array(messageSchema) });

test('R11 a task whose tool prints 50 MB that are no UTF-8 and whose report is none: all is delivered, cut and said where the rest is, and every request is valid', async () => {
  const isOfTask = (messages: readonly z.infer<typeof messageSchema>[]) =>
    messages.some(message => message.role === 'user' && message.content?.startsWith('sub'));
  const server = await startRawServer((response, { body }) => {
    const { messages } = requestSchema.parse(JSON.parse(body));
    const step = messages.filter(message => message.role === 'assistant').length;
    response.writeHead(200, eventStream);
    if (!isOfTask(messages)) return response.end(step === 0 ? callStream('Task', task) : chatStream('All told.'));
    if (step === 0)
      return response.end(callStream('Bash', { command: `head -c ${outputBytes} /dev/zero | tr '\\0' '\\377'` }));
    const [before, after] = chatStream('It is ?.').split('?');
    response.write(before);
    response.write(Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80]));
    return response.end(after);
  });
  const machine = await createMachine('replies: []\ndefault: { say: Nothing. }\n', {
    env: { OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1` },
  });

  const ended = await machine.run(['-p', '--permission-mode', 'bypass', 'go']);

  await server.stop();
  expect([ended.code, ended.stdout.trim()]).toEqual([0, 'All told.']);
  const requests = server.requests.map(request => requestSchema.parse(JSON.parse(request.body)).messages);
  const texts = requests.flat().map(message => message.content ?? '');
  expect(texts.every(text => text.isWellFormed())).toBe(true);
  expect(Math.max(...server.requests.map(request => request.body.length))).toBeLessThan(4 * limits.toolResultChars);
  const printed =
    requests.find(messages => isOfTask(messages) && messages.at(-1)?.role === 'tool')?.at(-1)?.content ?? '';
  const [, file = ''] = printed.match(/Output file: (\S+)/) ?? [];
  expect(printed).toMatch(/\[… 49\d{6} bytes and \d+ characters left out; the output file has them …\]/);
  expect((await stat(file)).size).toBe(outputBytes);
  expect(requests.at(-1)?.at(-1)?.content).toContain('It is \ufffd(\ufffd');
});

const task = { subagent_type: 'general-purpose', prompt: 'sub look', description: 'Look' };

/** Chat completions: one call. */
function callStream(name: string, input: object): string {
  const call = { index: 0, id: `call_${name}`, type: 'function', function: { name, arguments: JSON.stringify(input) } };
  const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
  return `${chunk({ delta: { tool_calls: [call] } })}${chunk({ delta: {}, finish_reason: 'tool_calls' })}data: [DONE]\n\n`;
}
