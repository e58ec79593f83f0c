import { expect, test } from 'vitest';
import { createAnnouncer, type Situation } from '../../../src/tui/signals/announce.ts';

const rest: Situation = { title: 'Fix it', isWorking: false, waiting: 0 };

function begin() {
  let said: string[] = [];
  const announcer = createAnnouncer(sequence => said.push(sequence));
  const take = () => {
    const taken = said;
    said = [];
    return taken;
  };
  return { announcer, take };
}

test('the title says which chat it is and that it works; progress is shown meanwhile, each once', () => {
  const { announcer, take } = begin();

  announcer.update(rest);
  announcer.update(rest);
  const first = take();
  announcer.update({ ...rest, isWorking: true });
  announcer.update({ ...rest, isWorking: true });
  const working = take();
  announcer.update(rest);

  expect(first).toEqual(['\u001b]2;legwork: Fix it\u0007']);
  expect(working).toEqual(['\u001b]2;* legwork: Fix it\u0007', '\u001b]9;4;3\u0007']);
  expect(take()).toEqual(['\u001b]2;legwork: Fix it\u0007', '\u001b]9;4;0\u0007']);
});

test('the bell rings once for a question, and for the end of all work when the person looks elsewhere', () => {
  const { announcer, take } = begin();
  const rings = () => take().filter(sequence => sequence === '\u0007').length;

  announcer.update({ ...rest, isWorking: true, waiting: 1 });
  announcer.update({ ...rest, isWorking: true, waiting: 1 });
  const asked = rings();
  announcer.update(rest);
  const unknown = rings();
  announcer.focus(false);
  announcer.update({ ...rest, isWorking: true });
  announcer.update(rest);
  const elsewhere = rings();
  announcer.focus(true);
  announcer.update({ ...rest, isWorking: true, waiting: 1 });
  announcer.update(rest);

  expect([asked, unknown, elsewhere, rings()]).toEqual([1, 0, 1, 0]);
});

test('R25 a hostile title cannot end its sequence, nor begin another', () => {
  const { announcer, take } = begin();

  announcer.update({ ...rest, title: 'a\u0007\u001b]52;c;eA==\u0007\u009c\u202e\nb' });

  expect(take()).toEqual(['\u001b]2;legwork: a\\x07\\x1b]52;c;eA==\\x07\\x9c\\u{202e} b\u0007']);
});
