import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDefinition } from '../../src/agents/definition.ts';
import { readPlainHeader } from '../../src/agents/plain-header.ts';
import { definitionTemplate } from '../../src/agents/template.ts';
import { readYamlHeader } from '../../src/agents/yaml-header.ts';
import { limits } from '../../src/core/limits.ts';
import { cpuMs } from '../fakes/pace.ts';
import { definition, knownTools } from './folder.ts';

const own = '/w/.letta/agents/a.md';
const foreign = '/w/.claude/agents/a.md';
const parse = (content: string | Uint8Array, path = own) =>
  parseDefinition(path, content, { knownTools, kind: 'project' });
const messages = async (content: string | Uint8Array, path = own) =>
  (await parse(content, path)).problems.map(({ line, level, message }) => `${line} ${level} ${message}`);

test('every field of a definition is read', async () => {
  const text = `---
name: my-agent
description: >
  Does
  things
tools: [Read, "Bash(git *)", mcp__db__query]
disallowedTools: Write, Edit
model: anthropic/claude-x:1
background: true
context: fork
maxTurns: 7
timeout: 10m
budget: { tokens: 1000, usd: 0.5, seconds: 60 }
isolation: worktree
permissionMode: acceptEdits
skills: a, b
mcpServers: { db: { command: x } }
hooks: { Stop: [] }
---

Work.
`;

  const { definition: read, problems } = await parse(text);

  expect(problems).toEqual([]);
  expect(read).toEqual({
    name: 'my-agent',
    description: 'Does things',
    tools: ['Read', 'Bash(git *)', 'mcp__db__query'],
    disallowedTools: ['Write', 'Edit'],
    model: 'anthropic/claude-x:1',
    background: true,
    context: 'fork',
    maxTurns: 7,
    timeoutMs: 600_000,
    budget: { tokens: 1000, usd: 0.5, seconds: 60 },
    isolation: 'worktree',
    permissionMode: 'accept-edits',
    skills: ['a', 'b'],
    mcpServers: [{ db: { command: 'x' } }],
    hooks: { Stop: [] },
    prompt: 'Work.',
    source: { kind: 'project', path: own },
  });
});

test('what is not set has its default', async () => {
  const { definition: read } = await parse(definition('a'));

  expect(read).toMatchObject({ tools: 'all', disallowedTools: [], model: 'inherit', skills: [], mcpServers: [] });
  expect(Object.keys(read ?? {})).not.toContain('maxTurns');
});

test.each<[string, 'all' | string[]]>([
  ['tools: all', 'all'],
  ['tools: "*"', 'all'],
  ['tools: Read, Bash(git log *, git show *)', ['Read', 'Bash(git log *, git show *)']],
  ['tools: []', []],
  ['tools: [Read, Read]', ['Read']],
  ['tools:\n  - Read\n  - Bash(npm run test:*)', ['Read', 'Bash(npm run test:*)']],
])('%j gives %j', async (line, tools) => {
  const { definition: read, problems } = await parse(definition('a', line));

  expect(problems).toEqual([]);
  expect(read?.tools).toEqual(tools);
});

test.each<[string, number]>([
  ['timeout: 90', 90_000],
  ['timeout: 1.5', 1_500],
  ['timeout: 90s', 90_000],
  ['timeout: "2h"', 7_200_000],
  ['timeout: 500ms', 500],
])('%j is %i milliseconds', async (line, ms) => {
  const { definition: read } = await parse(definition('a', line));

  expect(read?.timeoutMs).toBe(ms);
});

test.each<[string, string]>([
  ['max_turns: 5', '4 warning "max_turns" is read as "maxTurns"; write it that way'],
  ['permission-mode: plan', '4 warning "permission-mode" is read as "permissionMode"; write it that way'],
  ['colour: red', '4 warning unknown key "colour" is ignored'],
  ['modell: x/y', '4 warning unknown key "modell"; did you mean "model"?'],
])('%j is a warning that says the right key', async (line, message) => {
  const { definition: read, problems } = await parse(definition('a', line));

  expect(read).toBeDefined();
  expect(problems.map(problem => `${problem.line} ${problem.level} ${problem.message}`)).toEqual([message]);
});

describe('S30 what is wrong is said with its line and what would be right', () => {
  test.each<[string, string]>([
    ['tools: Raed', '4 error "tools": there is no tool "Raed"; did you mean "Read"?'],
    ['tools: bash', '4 error "tools": there is no tool "bash"; did you mean "Bash"?'],
    ['disallowedTools: Writ', '4 error "disallowedTools": there is no tool "Writ"; did you mean "Write"?'],
    ['disallowedTools: all', '4 error "disallowedTools" cannot be all tools; an agent without tools has "tools: []"'],
    ['tools: Bash()', '4 error "tools": "Bash()" has an empty pattern; write "Bash"'],
    [
      'tools: Quux',
      '4 error "tools": there is no tool "Quux"; use some of: Read, Write, Edit, Glob, Grep, Bash, WebFetch, Task, TodoWrite',
    ],
    ['tools: 7', '4 error "tools" must be a list of tool names, such as "Read, Grep, Bash(git *)"'],
    ['tools: all, Read', '4 error "tools": "all" stands alone; take the other names out'],
    ['tools: WebSearch', '4 error "tools": there is no tool "WebSearch"; did you mean "WebFetch"?'],
    [
      'model: sonnet',
      '4 error "model" must be "inherit" or a handle such as "anthropic/claude-sonnet-4-5"; it is "sonnet"',
    ],
    ['background: "yes"', '4 error "background" must be true or false; it is "yes"'],
    ['context: forked', '4 error "context" must be "fresh" or "fork"; it is "forked"'],
    ['maxTurns: 0', '4 error "maxTurns" must be a whole number above 0; it is 0'],
    [
      'budget: { tokens: -1 }',
      '4 error "budget" must be numbers above 0 for some of: tokens, usd, seconds; it is {"tokens":-1}',
    ],
    [
      'budget: { dollars: 1 }',
      '4 error "budget" must be numbers above 0 for some of: tokens, usd, seconds; it is {"dollars":1}',
    ],
    [
      'permissionMode: bypassPermissions',
      '4 error "permissionMode" "bypassPermissions" is not for definitions; it can only narrow: "plan", "ask" or "accept-edits"',
    ],
    ['max_turns: 5\nmaxTurns: 6', '5 error "maxTurns" repeats "maxTurns"; keep one of them'],
  ])('%j', async (lines, message) => {
    const found = await messages(definition('a', lines));

    expect(found).toContain(message);
    expect((await parse(definition('a', lines))).definition).toBeUndefined();
  });

  test.each<[string, string]>([
    ['', '1 error no header'],
    ['You are.', '1 error no header'],
    ['---\nname: a', '1 error the header is not closed'],
    ['---\n---\nx', '2 error the header must be lines'],
    ['---\ndescription: x\n---\nx', '1 error "name" is missing'],
    ['---\nname: a\n---\nx', '1 error "description" is missing'],
    ['---\nname: A b\ndescription: x\n---\nx', '2 error "name" must be lower-case letters'],
    ['---\nname: a\ndescription: ""\n---\nx', '3 error "description" must be a text'],
    ['---\nname: a\ndescription: x\n---\n', '2 error the file has no prompt'],
    ['---\nname: a\ndescription: Use it: always: so\n---\nx', '3 error Nested mappings are not allowed'],
    ['---\nname: a\n\tdescription: x\n---\nx', '3 error'],
    ['---\nname: [a\n---\nx', 'error'],
    ['---\nname: a\ndescription: x\n---\nx\u0000y', '1 error the prompt holds NUL'],
  ])('%j', async (text, message) => {
    const found = await messages(text);

    expect(found.join('\n')).toContain(message);
    expect((await parse(text)).definition).toBeUndefined();
  });
});

describe('files that were written for another program', () => {
  test.each<[string, string, string[] | 'all']>([
    ['tools: Read, WebSearch', '4 warning "tools": there is no "WebSearch" here; it is left out', ['Read']],
    ['tools: LS, MultiEdit', '4 warning "tools": "LS" is called "Glob" here', ['Glob', 'Edit']],
  ])('%j is read with a warning', async (line, message, tools) => {
    const { definition: read } = await parse(definition('a', line), foreign);

    expect(await messages(definition('a', line), foreign)).toContain(message);
    expect(read?.tools).toEqual(tools);
  });

  test("a model without a provider is the parent's, with a warning", async () => {
    const { definition: read, problems } = await parse(definition('a', 'model: sonnet'), foreign);

    expect(read?.model).toBe('inherit');
    expect(problems).toMatchObject([{ level: 'warning', line: 4 }]);
  });

  test('an unknown tool is an error there too', async () => {
    const { definition: read } = await parse(definition('a', 'tools: Raed'), foreign);

    expect(read).toBeUndefined();
  });
});

describe('S33 hostile files: a clear error in bounded time, nothing loaded', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...[...'bcdefghij'].map((key, index) => `${key}: &${key} [${`*${'abcdefghi'[index]}, `.repeat(9)}x]`),
  ];
  test.each<[string, string | Uint8Array, string]>([
    ['a bomb of aliases', definition('a', ...bomb), 'Excessive alias count'],
    ['an alias to itself', definition('a', 'skills: &a [*a]'), 'circular'],
    ['__proto__', definition('a', '__proto__: { tools: all }'), 'the key "__proto__" is not allowed'],
    [
      'a nested __proto__',
      definition('a', 'hooks: { x: { __proto__: { y: 1 } } }'),
      'the key "__proto__" is not allowed',
    ],
    ['constructor', definition('a', 'constructor: x'), 'the key "constructor" is not allowed'],
    ['repeated keys', definition('a', 'tools: Read', 'tools: all'), '5 error the same key stands twice'],
    ['a tag', definition('a', 'skills: !!js/function "x"'), 'tag'],
    ['another tag', definition('a', 'skills: !evil x'), 'tag'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('---\nname: a\n'), Buffer.from([0xff, 0xfe])]),
      '3 error the file is not valid UTF-8',
    ],
    ['UTF-16', Buffer.from(definition('a'), 'utf16le'), 'no header'],
    ['a binary', Buffer.alloc(1000, 0x90), 'not valid UTF-8'],
    ['10 MB', Buffer.alloc(10 * 1024 * 1024, 0x61), `larger than ${limits.definitionBytes} bytes`],
    ['a huge header', definition('a', `skills: "${'x'.repeat(70_000)}"`), 'characters; at most'],
    ['brackets', definition('a', `skills: ${'['.repeat(60_000)}`), 'levels deep'],
    ['dashes', definition('a', `skills:\n${'- '.repeat(30_000)}x`), 'levels deep'],
    ['a merge key', definition('a', 'x: &x { tools: all }', '<<: *x'), 'unknown key "<<"'],
  ])('%s', async (_, content, message) => {
    let parsed: Awaited<ReturnType<typeof parse>> | undefined;

    const usedMs = await cpuMs(async () => {
      parsed = await parse(content);
    });

    const { definition: read, problems = [] } = parsed ?? {};
    expect(usedMs).toBeLessThan(2_000);
    expect(problems.map(problem => `${problem.line} ${problem.level} ${problem.message}`).join('\n')).toContain(
      message,
    );
    if (problems.some(problem => problem.level === 'error')) expect(read).toBeUndefined();
    expect(Object.getPrototypeOf({}).tools).toBeUndefined();
    expect(read?.tools ?? 'all').toBe('all');
  });

  test('any bytes are read or refused, never thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 100 }), async (bytes, text) => {
        const header = `---\nname: a\ndescription: x\n${text}\n---\nx`;

        expect((await parse(bytes)).problems).toBeDefined();
        expect((await parse(header)).problems).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});

test('the short way to read plain headers gives what the YAML library gives', () => {
  const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,6}$/);
  const value = fc.oneof(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9 .,;()/_*+'"-]{0,20}$/),
    fc.constantFrom('true', 'null', 'No', 'NaN', 'e3', 'a - b', 'inf', "it's", 'a"b'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 4 }), pairs => {
      const lines = pairs.map(([name, text]) => `${name}: ${text}`);

      const plain = readPlainHeader(lines);

      if (plain) expect({ fields: plain, problems: [] }).toEqual(readYamlHeader(lines));
    }),
    { numRuns: 2_000 },
  );
});

test('line ends of Windows and a byte order mark change nothing', async () => {
  const text = definition('a', 'tools: Read');

  const { definition: read } = await parse(`\ufeff${text.replaceAll('\n', '\r\n')}`);

  expect(read).toEqual((await parse(text)).definition);
});

test('the file that "agents new" writes is valid as it stands', async () => {
  const text = definitionTemplate({ name: 'my-agent', description: 'Says "hello": often' });

  const { definition: read, problems } = await parse(text);

  expect(problems).toEqual([]);
  expect(read).toMatchObject({ name: 'my-agent', description: 'Says "hello": often', tools: 'all' });
});

test('every line that is a comment in that file is valid too', async () => {
  const text = definitionTemplate({ name: 'my-agent', description: 'x' }).replace(/^# ([a-z]\w*: .*)$/gm, '$1');

  const { problems } = await parse(text.replace(/^(?:fresh|fork|plan|worktree|ask): .*$/gm, ''));

  expect(problems).toEqual([]);
});
