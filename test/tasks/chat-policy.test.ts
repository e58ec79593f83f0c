import { expect, test } from 'vitest';
import type { Entry, PolicyChange } from '../../src/core/entry.ts';
import type { ChatId } from '../../src/core/ids.ts';
import type { Log } from '../../src/core/ports.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import type { Chat } from '../../src/store/rows.ts';
import type { Change } from '../../src/store/store.ts';
import { createChatPolicy, modeWith, noChanges, reduceChanges } from '../../src/tasks/chat-policy.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
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

const mode = (seq: number, to: Policy['mode']) => changed(seq, { kind: 'mode', mode: to });
const npmTest = { tool: 'Bash', pattern: 'npm test *' };

function begin(written: Entry[], isNew = false, policy = base) {
  let tell: (change: Change) => void = () => undefined;
  const store = {
    onChange(listener: (change: Change) => void) {
      tell = listener;
      return () => undefined;
    },
    chat: async () => ({ lastSeq: written.at(-1)?.seq ?? 0 }) as Chat, // nothing else of it is looked at
    entries: async (_: ChatId, { after = 0 }: { after?: number | undefined } = {}) =>
      written.filter(entry => entry.seq > after),
  };
  const chat = createChatPolicy({ store, log: quiet }, { chatId, base: policy, isNew });
  return {
    chat,
    commit: (...entries: Entry[]) =>
      tell({ kind: 'committed', entries, touchedInbox: false, touchedTasks: false, touchedSchedules: false }),
    commitElsewhere(...entries: Entry[]) {
      written.push(...entries);
      tell({ kind: 'elsewhere' });
    },
  };
}

test('the last mode counts, each allowed kind once, and one that was taken back not at all', () => {
  const entries = [
    mode(1, 'plan'),
    changed(2, { kind: 'allow', ...npmTest }),
    changed(3, { kind: 'allow', ...npmTest }),
    changed(4, { kind: 'allow', tool: 'WebFetch', pattern: 'domain:a.example' }),
    changed(5, { kind: 'forget', tool: 'WebFetch', pattern: 'domain:a.example' }),
    mode(6, 'accept-edits'),
  ];

  const changes = entries.reduce(reduceChanges, noChanges);

  expect(changes).toEqual({ mode: 'accept-edits', allowed: [{ kind: 'allow', ...npmTest, source: 'this chat' }] });
});

test('no change in a chat gives the mode bypass to a program that was not started with it', () => {
  const changes = reduceChanges(noChanges, mode(1, 'bypass'));

  expect(modeWith(base, changes)).toBe('ask');
  expect(modeWith({ ...base, mode: 'bypass' }, changes)).toBe('bypass');
});

test('what was changed before a restart holds after it', async () => {
  const { chat } = begin([changed(3, { kind: 'mode', mode: 'plan' })]);

  await chat.refresh();

  expect(chat.policy.mode).toBe('plan');
});

test('a change acts at once where it was committed, and by itself where another process made it', async () => {
  const { chat, commit, commitElsewhere } = begin([], true);
  const heard: string[] = [];
  chat.listen(() => heard.push(chat.policy.mode));

  commit(mode(1, 'plan'));
  commitElsewhere(mode(1, 'plan'), mode(2, 'accept-edits'), changed(3, { kind: 'allow', ...npmTest }));
  await chat.refresh();

  expect(heard).toEqual(['plan', 'accept-edits']);
  expect(chat.policy.rules).toEqual([...base.rules, { kind: 'allow', ...npmTest, source: 'this chat' }]);
});

test('a mode that was asked for at the start holds until somebody chooses another, be it the one the chat had', async () => {
  const { chat, commit, commitElsewhere } = begin([mode(1, 'accept-edits')]);
  await chat.refresh();
  const had = chat.policy.mode;

  chat.hold('bypass');
  const held = chat.policy.mode;
  commit(mode(2, 'accept-edits'));
  const chosen = chat.policy.mode;
  chat.hold('plan');
  commitElsewhere(mode(2, 'accept-edits'));
  await chat.refresh();

  expect([had, held, chosen, chat.policy.mode]).toEqual(['accept-edits', 'bypass', 'accept-edits', 'plan']);
});

test('what the program permits more while it runs counts in every chat', () => {
  const rules = [...base.rules];
  const { chat } = begin([], true, { ...base, rules });

  rules.push({ kind: 'allow', ...npmTest, source: 'settings' });

  expect(chat.policy.rules).toHaveLength(2);
});
