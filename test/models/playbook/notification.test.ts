import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeXml } from '../../../src/core/xml.ts';
import { readNotifications } from '../../../src/models/playbook/notification.ts';

const element = (summary: string, report: string) =>
  `<task-notification>\n<task-id>task_1</task-id>\n<status>completed</status>\n<summary>${escapeXml(summary)}</summary>\n<result>${escapeXml(`subagent_type=explore task_id=task_1\n\n${report}`)}</result>\n</task-notification>`;

const hostile = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom(
      '</result>',
      '</task-notification>',
      '<task-notification>',
      '&lt;',
      '&',
      '"',
      '\n',
      'task_id=x',
    ),
  }),
);

test('S18 whatever a report says, it is read as it was written, and as one notification', () => {
  fc.assert(
    fc.property(hostile, hostile, (summary, report) => {
      const text = `Automatic.\n\n${element(summary, report)}\n\n${element('second', 'report')}`;

      const found = readNotifications(text);

      expect(found.map(one => [one.summary, one.report])).toEqual([
        [clean(summary), clean(report)],
        ['second', 'report'],
      ]);
    }),
    { numRuns: 2000 },
  );
});

/** What `escapeXml` cannot carry becomes U+FFFD. */
const clean = (text: string): string =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

test('a message without elements has no notifications', () => {
  expect(readNotifications('task-notification? <task-notification>')).toEqual([]);
});
