import { expect, test } from 'vitest';
import { situationAt } from '../../../src/models/playbook/situation.ts';
import { compileTemplate } from '../../../src/models/playbook/template.ts';
import { answer, requestOf, result, user } from '../../fakes/conversation.ts';

const notification = (report: string, name: string) =>
  user(
    `Automatic.\n\n<task-notification>\n<task-id>task_1</task-id>\n<status>completed</status>\n<summary>Agent &quot;${name}&quot; completed</summary>\n<result>subagent_type=explore task_id=task_1\n\n${report}</result>\n</task-notification>`,
  );

const messages = [
  user('first words'),
  answer('', 'Glob', 'Glob', 'Task'),
  result('Glob', 'a.ts\nb.ts', 'c1'),
  result('Glob', 'src/c.ts\n\nsrc/d.ts\ntest/e.ts  \n', 'c2'),
  result('Task', 'Task running', 'c3'),
  answer('waiting'),
  notification('found &lt;a&gt;', 'A'),
  answer('one'),
  notification('found b', 'B'),
];
const situation = situationAt(messages, messages.length, requestOf(messages));

test.each([
  ['{{input}}/{{prompt}}', 'first words/first words'],
  ['{{result}}', 'Task running'],
  ['{{results.Glob[0]}}', 'a.ts\nb.ts'],
  ['{{results.Glob | first 1}}', 'src/c.ts'],
  ['{{results.Glob | last 1}}', 'test/e.ts'],
  ['{{results.Glob | count}} {{results.Nope | count}}', '3 0'],
  ['{{results.Glob | grep ^src/ | count}}', '2'],
  ['{{results.Glob | grep c\\.|e\\.}}', 'src/c.ts\ntest/e.ts'],
  ['{{results.Glob | match ^([^/]+)/ | unique | join}}', 'src, test'],
  ['{{results.Glob[0] | list}}', '- a.ts\n- b.ts'],
  ['{{input | cut 5}}', 'first…'],
  ['{{input | json}}', '"first words"'],
  ['{{notifications}}', 'found b'],
  ['{{summaries}}', 'Agent "B" completed'],
  ['{{reports}}', 'found <a>\n\nfound b'],
  ['{{report_count}}', '2'],
  ['{{agent}} {{step}}', 'primary 4'],
  ["{{'{{'}} }}", '{{ }}'],
])('%s is filled in', (source, expected) => {
  const text = compileTemplate(source)(situation);

  expect(text).toBe(expected);
});

test.each([
  ['{{toString}}', 'unknown name {{toString}}'],
  ['{{results}}', 'unknown name {{results}}'],
  ['{{input | constructor}}', 'unknown filter "constructor"'],
  ['{{input | first}}', 'takes a number'],
  ['{{input | count 3}}', 'takes no argument'],
  ['{{input | grep (}}', 'filter "grep": Invalid regular expression'],
  ['{{input | grep}}', 'takes a regular expression'],
])('%s is refused before it runs', (source, message) => {
  expect(() => compileTemplate(source)).toThrow(message);
});
