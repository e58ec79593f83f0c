import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { toolInput } from '../../src/tools/input.ts';
import { parseInput, toolSpec } from '../../src/tools/spec.ts';
import { defineTool } from '../../src/tools/tool.ts';

const tool = defineTool({
  name: 'Task',
  prompt: 'Delegates.',
  access: 'delegate',
  input: toolInput('spec.test', () =>
    z.strictObject({
      command: z.enum(['run', 'refresh']).default('run'),
      prompt: z.string().min(1).describe('The whole assignment'),
      max_turns: z.number().int().positive().optional(),
      run_in_background: z.boolean().optional(),
      depends_on: z.array(z.string()).optional(),
      budget: z.strictObject({ usd: z.number().positive().optional() }).optional(),
      url: z
        .string()
        .refine(text => text.startsWith('http'), 'must be a URL')
        .optional(),
    }),
  ),
  run: async () => ({ text: '' }),
});

const messageOf = (raw: unknown) => {
  const parsed = parseInput(tool, raw);
  return parsed.ok ? 'ok' : parsed.message;
};

test('S1 one message names every wrong parameter and what was received', () => {
  const message = messageOf({
    max_turns: 'x',
    foo: 1,
    command: 'stop',
    budget: { usd: 0, eur: 1 },
    depends_on: [7],
    url: 'x',
  });

  expect(message.split('; ').sort()).toEqual(
    [
      'Task: command must be one of run, refresh (received "stop")',
      'prompt is required (received nothing)',
      'max_turns must be an integer above 0 (received "x")',
      'depends_on.0 must be a text (received 7)',
      'budget.usd must be a number above 0 (received 0)',
      'unknown parameter "budget.eur"',
      'unknown parameter "foo"',
      'url must be a URL (received "x")',
    ].sort(),
  );
});

test.each([
  [undefined, 'Task: prompt is required (received nothing)'],
  [null, 'Task: prompt is required (received nothing)'],
  ['text', 'Task: the input must be an object (received "text")'],
  [[1], 'Task: the input must be an object (received [1])'],
  [{ prompt: '' }, 'Task: prompt must be a text that is not empty (received "")'],
  [{ prompt: 'a', max_turns: 1.5 }, 'Task: max_turns must be an integer above 0 (received 1.5)'],
  [{ prompt: 'a', max_turns: '1.5' }, 'Task: max_turns must be an integer above 0 (received "1.5")'],
  [{ prompt: 'a', run_in_background: 'yes' }, 'Task: run_in_background must be true or false (received "yes")'],
  [{ prompt: 7 }, 'Task: prompt must be a text that is not empty (received 7)'],
  [JSON.parse('{"prompt": "a", "__proto__": {"x": 1}}'), 'Task: unknown parameter "__proto__"'],
])('S1 %j is refused: %s', (raw, message) => {
  expect(messageOf(raw)).toBe(message);
});

test('S1 only harmless slips are put right: null for absent, and values written as text', () => {
  const raw = {
    prompt: '7',
    max_turns: '7',
    run_in_background: 'true',
    depends_on: '["a"]',
    budget: '{"usd":2}',
    url: null,
  };

  const parsed = parseInput(tool, raw);

  expect(parsed).toEqual({
    ok: true,
    input: {
      command: 'run',
      prompt: '7',
      max_turns: 7,
      run_in_background: true,
      depends_on: ['a'],
      budget: { usd: 2 },
    },
  });
  expect(raw.max_turns).toBe('7');
});

test('S1 whatever is received, the answer is an input or a message, and a long value is cut', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ prompt: fc.anything(), max_turns: fc.anything(), budget: fc.anything() })),
      raw => {
        const parsed = parseInput(tool, raw);

        if (!parsed.ok) expect(parsed.message).toMatch(/^Task: ./);
      },
    ),
  );
  expect(messageOf({ prompt: ['x'.repeat(1_000)] }).length).toBeLessThan(200);
});

test('the JSON schema says what the schema says, is made once and bounds integers only where it matters', () => {
  const spec = toolSpec(tool);

  expect(toolSpec(tool).inputSchema).toBe(spec.inputSchema);
  expect(spec).toMatchObject({
    name: 'Task',
    description: 'Delegates.',
    inputSchema: { type: 'object', required: ['prompt'], additionalProperties: false },
  });
  expect(spec.inputSchema).toMatchObject({
    properties: {
      max_turns: { type: 'integer', exclusiveMinimum: 0 },
      prompt: { description: 'The whole assignment' },
    },
  });
  expect(JSON.stringify(spec)).not.toContain('9007199254740991');
});
