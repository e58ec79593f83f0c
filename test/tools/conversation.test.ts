import { expect, test } from 'vitest';
import { createWorkspace } from '../fakes/workspace.ts';

test('TodoWrite counts what is open and shows the list', async () => {
  const { use } = await createWorkspace();
  const todos = [
    { content: 'Read', status: 'completed' },
    { content: 'Write', status: 'in_progress', active_form: 'Writing' },
  ];

  const result = await use('TodoWrite', { todos });

  expect(result).toEqual({ text: 'The list has 2 steps, 1 of them open.', display: { kind: 'todos', todos } });
});

test('AskUserQuestion returns what was answered', async () => {
  const { use } = await createWorkspace();
  const asked: unknown[] = [];

  const result = await use(
    'AskUserQuestion',
    { question: 'Which?', options: ['a', 'b'] },
    {
      ask: async question => {
        asked.push(question);
        return { kind: 'answered', text: 'b' };
      },
    },
  );

  expect(asked).toEqual([{ question: 'Which?', options: ['a', 'b'], allowsOther: true }]);
  expect(result.text).toBe('b');
});

test('AskUserQuestion says that nobody is there and what to do then', async () => {
  const { use } = await createWorkspace();

  const result = await use('AskUserQuestion', { question: 'Which?' });

  expect(result.text).toBe(
    'Nobody answered: Nobody is there. Go on with the assumption that you think best, and say in your report which one you made.',
  );
});
