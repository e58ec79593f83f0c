import { expect, test } from 'vitest';
import { createPen } from '../../../src/tui/conversation/pen.ts';
import { emptyView, reduceView } from '../../../src/views/chat-view.ts';
import { createTaskLog } from '../../fakes/task-log.ts';
import { plainLook } from '../look.ts';

/** The line of a notification, of a task that is known to the view. */
function told(columns: number, isLate = false) {
  const log = createTaskLog();
  const view = [log.queued('auth')].reduce(reduceView, emptyView);
  const taskId = log.taskId('auth');
  const entry = log.add('main', {
    type: 'notification:delivered',
    isLate,
    text: '<task-notification/>',
    tasks: [{ inboxId: 'inbox_1', taskId, status: 'completed', summary: 'Agent "Do auth" completed' }],
  });
  return createPen(() => plainLook(columns)).entry(view, entry)?.lines;
}

test('a report that came back is one line, which says how to open it', () => {
  expect(told(80)).toEqual(['  ↩ the report of "Do auth" has come back (ctrl+t)']);
});

test('S22 one that came while the chat was closed says so; where there is no room the beginning stays', () => {
  expect(told(100, true)).toEqual(['  ↩ the report of "Do auth" has come back (late: the chat was closed) (ctrl+t)']);
  expect(told(40, true)).toEqual(['  ↩ the report of "Do auth" ha… (ctrl+t)']);
});
