import { expect, test } from 'vitest';
import type { ChatId, TaskId } from '../../../src/core/ids.ts';
import { limits } from '../../../src/core/limits.ts';
import { createLiveHub } from '../../../src/engine/live.ts';
import { createLiveText } from '../../../src/tui/reader/live-text.ts';
import { plainLook } from '../look.ts';

const chatId = 'chat_1' as ChatId; // ids made here; nothing looks at their form
const lane = 'task_1' as TaskId;

function begin() {
  const hub = createLiveHub();
  const text = createLiveText({ live: hub, store: { onChange: () => () => undefined } }, chatId, limits.liveTextChars);
  const says = (delta: string) => hub.emit(chatId, { lane, type: 'text', delta });
  return { text, says, rows: (columns = 20) => text.rows(lane, plainLook(columns)) };
}

test('liveTextChars bounds what is kept of an answer that streams', () => {
  const { says, rows } = begin();

  says('first ');
  for (let count = 0; count < limits.liveTextChars; count++) says('word ');

  const text = rows(1_000_000).join('');
  expect(text.length).toBeGreaterThan(limits.liveTextChars - 10);
  expect(text.length).toBeLessThanOrEqual(limits.liveTextChars);
  expect(text).not.toContain('first');
});

test('R25 what streams reaches the screen with its control characters escaped, in rows of the width', () => {
  const { says, rows } = begin();

  says('red \u001b[31m and a bell \u0007, and more');

  expect(rows()).toEqual(['red \\x1b[31m and a', 'bell \\x07, and more']);
});

test('only who looks at a lane is woken by it', () => {
  const { text, says } = begin();
  const woken: string[] = [];
  const off = text.onChange(lane, () => woken.push('this'));
  text.onChange('main', () => woken.push('main'));

  says('x');
  off();
  says('y');

  expect(woken).toEqual(['this']);
});
