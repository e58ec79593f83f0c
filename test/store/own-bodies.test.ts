import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { entryOf } from '../../src/store/mapping/entry.ts';
import { createOwnBodies } from '../../src/store/mapping/own-bodies.ts';
import { ids } from '../contract/store/world.ts';

const chat = ids('chat');
const row = (type: 'user:said' | 'chat:renamed', data: string) => ({
  seq: 1,
  lane: 'main' as const,
  at: 0,
  type,
  data,
});

test('an entry that this process wrote reads as one that another process wrote', () => {
  const body = fc.record({ inboxId: fc.string({ minLength: 1 }), text: fc.string() });
  fc.assert(
    fc.property(body, said => {
      const own = createOwnBodies();
      const data = JSON.stringify(said);
      own.wrote('user:said', data);

      expect(entryOf(chat, row('user:said', data), own)).toEqual(
        entryOf(chat, row('user:said', data), createOwnBodies()),
      );
    }),
  );
});

test('a text that this process did not write, or wrote as another type, is looked at', () => {
  const own = createOwnBodies();
  own.wrote('user:said', '{"inboxId":"a","text":"b"}');

  expect(() => entryOf(chat, row('chat:renamed', '{"inboxId":"a","text":"b"}'), own)).toThrow(/title/);
  expect(() => entryOf(chat, row('user:said', '{"inboxId":"a"}'), own)).toThrow(/text/);
});

test('neither many texts nor long ones are remembered', () => {
  const own = createOwnBodies();
  const long = JSON.stringify({ title: 'x'.repeat(limits.ownBodyChars) });
  own.wrote('chat:renamed', long);
  for (let i = 0; i <= limits.ownBodies; i += 1) own.wrote('chat:renamed', JSON.stringify({ title: String(i) }));

  expect(own.has('chat:renamed', long)).toBe(false);
  expect(own.has('chat:renamed', '{"title":"0"}')).toBe(false);
  expect(own.has('chat:renamed', `{"title":"${limits.ownBodies}"}`)).toBe(true);
});
