import { expect, test } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { createNotices } from '../../../src/tui/strips/notices.ts';
import { createFakeClock } from '../../fakes/clock.ts';

const look = createLook({ display: { theme: 'none', isAscii: false }, color: 'never', columns: 40 });
const room = { columns: 40, rows: 10 };

test('noticeMs is how long a notice stays', async () => {
  const clock = createFakeClock();
  const notices = createNotices(clock, limits.noticeMs, () => undefined);

  notices.say('copied', 'dim');
  await clock.advance(limits.noticeMs - 1);
  const before = notices.draw(look, room);
  await clock.advance(1);

  expect(before).toEqual(['  copied']);
  expect(notices.draw(look, room)).toEqual([]);
});

test('a newer notice stays its whole time', async () => {
  const clock = createFakeClock();
  const notices = createNotices(clock, limits.noticeMs, () => undefined);

  notices.say('first', 'dim');
  await clock.advance(limits.noticeMs - 1);
  notices.say('second', 'dim');
  await clock.advance(limits.noticeMs - 1);

  expect(notices.draw(look, room)).toEqual(['  second']);
});
