import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFault } from '../../../src/core/error.ts';
import { limits } from '../../../src/core/limits.ts';
import { faultKinds } from '../../../src/models/playbook/fault.ts';
import { parsePlaybook, readPlaybook } from '../../../src/models/playbook/parse.ts';

function problems(source: string): string[] {
  const read = readPlaybook(source, 'book.yaml');
  return read.kind === 'problems' ? read.problems.map(({ line, message }) => `${line}: ${message}`) : [];
}

test('a playbook is read with its name, its replies in order and their lines', () => {
  const source = 'name: two\nreplies:\n  - say: one\n  - when: { from: user }\n    say: two\ndefault: { say: none }\n';

  const playbook = parsePlaybook(source, 'book.yaml');

  expect(playbook).toMatchObject({ name: 'two', path: 'book.yaml' });
  expect(playbook.rules.map(rule => rule.line)).toEqual([3, 4]);
});

test.each([
  [
    'an unknown key',
    'name: a\nreplies:\n  - when: {}\n    sya: hi\n',
    '4: replies[0]: unknown key "sya" in a reply; known keys: when, say',
  ],
  [
    'an unknown matcher',
    'name: a\nreplies:\n  - when: { form: user }\n',
    '3: replies[0].when: unknown key "form" in when; known keys: ',
  ],
  ['a missing name', 'replies: []\n', '1: name: '],
  ['a text that is a number', 'name: a\nreplies:\n  - say: 5\n', '3: replies[0].say: expected a text; it needs quotes'],
  [
    'a template without quotes',
    'name: a\nreplies:\n  - say: {{input}}\n',
    '3: a key must be a text; {{…}} needs quotes around it',
  ],
  [
    'a wrong expression',
    'name: a\nreplies:\n  - when: { matches: "(" }\n    say: b\n',
    '3: replies[0].when.matches: not a regular expression',
  ],
  [
    'an unknown template name',
    'name: a\nreplies:\n  - say: |-\n      x\n      {{nmae}}\n',
    '3: replies[0].say: unknown name {{nmae}}; there are input, prompt',
  ],
  [
    'an unknown filter',
    'name: a\nreplies:\n  - say: "{{input | shout}}"\n',
    '3: replies[0].say: unknown filter "shout"; there are lines, count',
  ],
  [
    'a template in a call',
    'name: a\nreplies:\n  - call:\n      - tool: T\n        input: { a: { b: ["{{no}}"] } }\n',
    '5: replies[0].call[0].input.a.b[0]: unknown name {{no}}',
  ],
  [
    'an unknown fault',
    'name: a\nreplies:\n  - fault: explode\n',
    '3: replies[0].fault: unknown fault "explode"; there are status, refuse',
  ],
  [
    'two faults',
    'name: a\nreplies:\n  - fault: { no_stop: true, two_stops: true }\n',
    '3: replies[0].fault: expected exactly one fault, found no_stop and two_stops',
  ],
  [
    'a status that is none',
    'name: a\nreplies:\n  - fault: { status: 200 }\n',
    '3: replies[0].fault.status: expected a status from 400 to 599',
  ],
  [
    'a reply that does nothing',
    'name: a\nreplies:\n  - when: { from: user }\n',
    '3: replies[0]: a reply that does nothing; it needs say, call or fault',
  ],
  [
    'a matcher that can never hold',
    'name: a\nreplies:\n  - when: { from: user, tool: Glob }\n    say: b\n',
    '3: replies[0].when.tool: tool is of tool results',
  ],
  ['a list at the top', '- a\n', '1: expected a playbook as a mapping with some of: name'],
  ['an empty file', '', '1: expected a playbook as a mapping with some of: name'],
  ['a duplicate key', 'name: a\nname: b\nreplies: []\n', '2: Map keys must be unique'],
  ['a tag that runs code', 'name: !!js/function x\nreplies: []\n', '1: Unresolved tag'],
  ['__proto__', '__proto__: { name: a }\nname: a\nreplies: []\n', '1: unknown key "__proto__"'],
])('S30 %s is refused with its line and what would be right', (_, source, expected) => {
  const found = problems(source);

  expect(
    found.some(problem => problem.startsWith(expected)),
    found.join('\n'),
  ).toBe(true);
});

test('S30 every problem of a file is named at once, as path:line: message, in a bad-input error', () => {
  const source = 'name: a\nreplies:\n  - sya: hi\n  - say: 5\n';

  const thrown = catchError(() => parsePlaybook(source, '/p/book.yaml'));

  expect(isFault(thrown, 'bad-input')).toBe(true);
  expect(String(thrown)).toContain('/p/book.yaml:3: ');
  expect(String(thrown)).toContain('/p/book.yaml:4: ');
});

test('S33 aliases that blow up and files that are too large are refused in bounded time', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`)}]`),
  ];

  const found = [problems(bomb.join('\n')), problems(`name: ${'x'.repeat(limits.playbookBytes)}`)];

  expect(found[0]?.[0]).toContain('Excessive alias count');
  expect(found[1]?.[0]).toContain(`larger than ${limits.playbookBytes} bytes`);
});

test.each(faultKinds)('R20-R23 the fault %s can be written down', kind => {
  const values: Record<string, string> = {
    status: '429',
    reset_after: '2',
    error_after: '2',
    line_ends: 'mixed',
    huge_line: '1000',
  };

  const playbook = parsePlaybook(
    `name: a\nreplies:\n  - fault: { ${kind}: ${values[kind] ?? 'true'}, times: 2 }\n    call: [{ tool: A }, { tool: B }]\n`,
    'book.yaml',
  );

  expect(playbook.rules[0]?.script.fault).toMatchObject({ kind, times: 2 });
});

test('S33 whatever text is given, reading ends in a playbook or in problems with a line', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({
      unit: fc.constantFrom(
        'name: a\n',
        'replies:',
        '\n  - ',
        'say: ',
        '{{',
        '}}',
        '*a',
        '&a ',
        '[',
        '{',
        '"',
        '|\n',
        'when: ',
      ),
    }),
  );

  fc.assert(
    fc.property(text, source => {
      const read = readPlaybook(source, 'x');
      expect(
        read.kind === 'playbook' || read.problems.every(problem => problem.line >= 1 && problem.message !== ''),
      ).toBe(true);
    }),
    { numRuns: 500 },
  );
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
