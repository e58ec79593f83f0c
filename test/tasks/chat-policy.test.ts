import { expect, test } from 'vitest';
import type { Entry, PolicyChange } from '../../src/core/entry.ts';
import type { ChatId } from '../../src/core/ids.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import type { Change } from '../../src/store/store.ts';
import { createChatPolicy, noChanges, reduceChanges, withChanges } from '../../src/tasks/chat-policy.ts';

const base: Policy = {
  mode: 'ask',
  rules: [{ kind: 'deny', tool: 'Bash', pattern: 'rm *', source: 'user' }],
  roots: ['/work'],
};
// Ids made here; nothing looks at their form.
const chatId = 'chat_1' as ChatId;
const changed = (seq: number, change: PolicyChange): Entry => ({
  type: 'policy:changed',
  chatId,
  seq,
  lane: 'main',
  at: 0,
  change,
});

function begin(written: Entry[], isNew = false) {
  let tell: (change: Change) => void = () => undefined;
  const store = {
    onChange(listener: (change: Change) => void) {
      tell = listener;
      return () => undefined;
    },
    entries: async (_: ChatId, { after = 0 }: { after?: number | undefined } = {}) =>
      written.filter(entry => entry.seq > after),
  };
  const chat = createChatPolicy(store, chatId, base, isNew);
  return { chat, tell: (change: Change) => tell(change) };
}

test('the last mode counts, and each allowed kind once', () => {
  const entries = [
    changed(1, { kind: 'mode', mode: 'plan' }),
    changed(2, { kind: 'allow', tool: 'Bash', pattern: 'npm test *' }),
    changed(3, { kind: 'allow', tool: 'Bash', pattern: 'npm test *' }),
    changed(4, { kind: 'mode', mode: 'accept-edits' }),
  ];

  const policy = withChanges(base, entries.reduce(reduceChanges, noChanges));

  expect(policy.mode).toBe('accept-edits');
  expect(policy.rules).toEqual([
    ...base.rules,
    { kind: 'allow', tool: 'Bash', pattern: 'npm test *', source: 'this chat' },
  ]);
});

test('no change in a chat gives the mode bypass to a program that was not started with it', () => {
  const changes = reduceChanges(noChanges, changed(1, { kind: 'mode', mode: 'bypass' }));

  expect(withChanges(base, changes).mode).toBe('ask');
  expect(withChanges({ ...base, mode: 'bypass' }, changes).mode).toBe('bypass');
});

test('what was changed before a restart holds after it', async () => {
  const { chat } = begin([changed(3, { kind: 'mode', mode: 'plan' })]);

  await chat.refresh();

  expect(chat.policy.mode).toBe('plan');
});

test('a change acts at once where it was committed, and after a look where another process made it', async () => {
  const written: Entry[] = [];
  const { chat, tell } = begin(written, true);

  tell({
    kind: 'committed',
    entries: [changed(1, { kind: 'mode', mode: 'plan' })],
    touchedInbox: false,
    touchedTasks: false,
  });
  const atOnce = chat.policy.mode;
  written.push(changed(1, { kind: 'mode', mode: 'plan' }), changed(2, { kind: 'mode', mode: 'accept-edits' }));
  tell({ kind: 'elsewhere' });
  await chat.refresh();

  expect(atOnce).toBe('plan');
  expect(chat.policy.mode).toBe('accept-edits');
});
