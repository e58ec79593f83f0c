import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { escapeXml } from '../../../src/core/xml.ts';
import type { Message } from '../../../src/models/model.ts';
import { checkPlaybook } from '../../../src/models/playbook/check.ts';
import { chooseReply } from '../../../src/models/playbook/choose.ts';
import { parsePlaybook } from '../../../src/models/playbook/parse.ts';
import { requestOf, user } from '../../fakes/conversation.ts';

const source = await readFile(join(import.meta.dirname, '../../../src/models/playbooks/demo.yaml'), 'utf8');
const demo = parsePlaybook(source, 'demo.yaml');

type Tool = (tool: string, input: Record<string, unknown>) => { readonly text: string; readonly isError?: boolean };

/** Answers until the script asks for no more tools; gives the messages, what it said last, and the calls it made. */
function run(messages: readonly Message[], tool: Tool, agent = 'primary') {
  let all = [...messages];
  const calls: { tool: string; input: Record<string, unknown> }[] = [];
  for (let step = 0; step < 10; step += 1) {
    const reply = chooseReply(demo, requestOf(all, { agent }));
    if (reply.fault) throw new Error(reply.fault.message ?? reply.fault.kind);
    all = [...all, { role: 'assistant', text: reply.text, calls: reply.calls }];
    if (reply.calls.length === 0) return { messages: all, said: reply.text, calls };
    for (const call of reply.calls) {
      const input = { ...Object(call.input) };
      calls.push({ tool: call.tool, input });
      all.push({ role: 'tool', callId: call.callId, tool: call.tool, isError: false, ...tool(call.tool, input) });
    }
  }
  throw new Error('the script does not end its turn');
}

const started: Tool = () => ({ text: 'Task running in background with task ID: task_1' });

const notification = (name: string, report: string): string =>
  `<task-notification>\n<task-id>task_1</task-id>\n<status>completed</status>\n<summary>${escapeXml(`Agent "${name}" completed`)}</summary>\n<result>${escapeXml(`subagent_type=explore task_id=task_1\n\n${report}`)}</result>\n</task-notification>`;
const notified = (...elements: string[]): Message => user(`Automatic message.\n\n${elements.join('\n')}`);

/** Tools as they answer in a repository. */
const repository: Tool = (tool, { pattern, file_path }) => {
  const listed = (...paths: string[]) => ({ text: paths.join('\n') });
  if (tool === 'Glob' && pattern === '**/*')
    return listed('src/a.ts', 'README.md', 'package.json', 'src/deep/b.ts', 'test/a.test.ts');
  if (tool === 'Glob' && String(pattern).includes('package.json')) return listed('sub/package.json', 'package.json');
  if (tool === 'Glob' && String(pattern).includes('spec')) return listed('test/a.test.ts');
  if (tool === 'Glob') return listed('README.md', 'package.json');
  if (tool === 'Grep') return listed('src/a.ts:7:// TODO later');
  if (file_path === 'README.md') return { text: '     1\t# Title of it\n     2\t\n     3\tWhat it is.' };
  if (file_path === 'package.json') return { text: '     1\t{\n     2\t  "name": "legible",\n     3\t}' };
  return { text: `no file ${file_path}`, isError: true };
};
const emptyFolder: Tool = (tool, { pattern }) =>
  tool === 'Read'
    ? { text: 'no such file', isError: true }
    : { text: tool === 'Grep' ? `No match for ${pattern} in /x.` : `No file matches ${pattern} in /x.` };

const prompts = run([user('look at this repository')], started).calls.map(({ input }) => String(input.prompt));
const reportsIn = (tool: Tool) => prompts.map(prompt => run([user(prompt)], tool, 'explore'));

test('the demo has no problems', () => {
  expect(checkPlaybook(source, 'demo.yaml')).toEqual([]);
});

test('the first answer says that it is a script and how to get a model, and sends three background subagents in one step', () => {
  const { messages, calls, said } = run([user('hello')], started);

  const first = messages[1]?.text ?? '';
  expect(first).toMatch(/I am a script and no model/);
  expect(first).toMatch(/ANTHROPIC_API_KEY/);
  expect(first).toMatch(/--model/);
  expect(calls.map(({ tool, input }) => [tool, input.subagent_type, input.run_in_background])).toEqual(
    Array(3).fill(['Task', 'explore', true]),
  );
  expect(calls.every(({ input }) => /^\S+( \S+){2,4}$/.test(String(input.description)))).toBe(true);
  expect(said).toMatch(/I end my turn here and wait/);
});

test('in a repository each subagent makes real calls and reports from their results', () => {
  const [folders, manifest, ends] = reportsIn(repository);

  expect(folders?.said).toContain('- files: 5, in folders: src, test\n- at the top: README.md, package.json');
  expect(folders?.said).toContain('“Title of it, What it is.”');
  expect(manifest?.said).toContain('- it says: "name": "legible"');
  expect(manifest?.calls.at(-1)?.input).toEqual({ file_path: 'package.json', limit: 200 });
  expect(ends?.said).toContain('comments with TODO or FIXME: 1. The first: src/a.ts:7:// TODO later');
  expect(ends?.said).toContain('test files: 1');
});

test('a search that was cut is told with how much there is', () => {
  const cut: Tool = (tool, given) =>
    tool === 'Glob'
      ? { text: 'a.ts\nb/c.ts\n[2 of 700 files, the most recently changed. Narrow.]' }
      : repository(tool, given);

  const [folders] = reportsIn(cut);

  expect(folders?.said).toContain('- files: 2 of 700, in folders: b\n- at the top: a.ts\n- no README');
});

test('in an empty folder each subagent says that there is nothing', () => {
  const reports = reportsIn(emptyFolder).map(({ said }) => said);

  expect(reports[0]).toContain('nothing to map');
  expect(reports[1]).toContain('none that I know');
  expect(reports[2]).toContain('TODO or FIXME: none');
  expect(reports[2]).toContain('test files: 0');
});

test.each([[[1, 1, 1]], [[3]], [[1, 2]], [[2, 1]]])(
  'reports that come in groups of %j are told as they come and summed up once',
  groups => {
    const reports = reportsIn(repository).map(({ said }, index) => notification(`Agent ${index}`, said));
    let { messages } = run([user('look')], started);
    const said: string[] = [];

    for (const size of groups) {
      const told = run([...messages, notified(...reports.splice(0, size))], started);
      messages = told.messages;
      said.push(told.said);
    }

    expect(said.filter(text => text.includes('All three are back'))).toEqual([said.at(-1)]);
    expect(said.slice(0, -1).every(text => text.includes('Agent "Agent '))).toBe(true);
    for (const heading of ['### The folders', '### The manifest', '### The open ends'])
      expect(said.at(-1)).toContain(heading);
  },
);

test('a report that arrives together with the answers to the Task calls is not lost', () => {
  const { messages } = run([user('look')], started);
  const upToResults = messages.slice(0, -1);

  const { said } = run([...upToResults, notified(notification('Map', 'x'))], started);

  expect(said).toContain('Agent "Map" completed');
});

test('when the Task tool refuses, the script says so', () => {
  const { said } = run([user('look')], () => ({ text: 'Error: no such tool', isError: true }));

  expect(said).toContain('Not every subagent could be started: Error: no such tool');
});

test('follow-up questions: what it can do it does with tools, for the rest it says what to try', () => {
  const { messages } = run([user('look')], started);
  const follow = (text: string) => run([...messages, user(text)], repository);

  expect(follow('todo').said).toContain('src/a.ts:7:// TODO later');
  expect(follow('list files').said).toContain('package.json');
  expect(follow('read README.md').calls).toEqual([{ tool: 'Read', input: { file_path: 'README.md', limit: 60 } }]);
  expect(follow('prove Fermat').said).toContain('Try: `look at this repository`');
  expect(follow('look at it again').calls).toEqual([]);
});

test('an input that is no wish to see something starts nothing; other agents get an honest answer', () => {
  const first = run([user('2+2=?')], started);
  const other = run([user('Do it.')], started, 'general-purpose');

  expect(first.calls).toEqual([]);
  expect(first.said).toContain('I am a script and no model');
  expect(other.said).toContain('I am the script `playbook/demo`');
});
