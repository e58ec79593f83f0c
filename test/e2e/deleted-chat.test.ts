import { expect, test } from 'vitest';
import * as z from 'zod';
import { createMachine } from '../fakes/run-program.ts';

const initLine = z.looseObject({ type: z.literal('system'), chat_id: z.string() });

test('S39 a run whose chat is deleted under it ends, says so, and is no success', async () => {
  const machine = await createMachine('replies:\n  - say: Late.\n    delay_ms: 600000\n');
  const run = machine.start(['-p', 'go', '--output-format', 'stream-json', '--verbose'], '');
  let output = '';
  run.child.stdout.on('data', (chunk: string) => {
    output += chunk;
  });
  await run.sees('stdout', 'turn_started');
  const { chat_id } = initLine.parse(JSON.parse(output.split('\n')[0] ?? ''));

  const deleted = await machine.run(['chats', 'delete', chat_id, '--force']);
  const ended = await run.ended;

  expect(deleted.code).toBe(0);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(`chat ${chat_id} was deleted while it was at work`);
});
