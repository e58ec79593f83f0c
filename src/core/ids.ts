import type { Clock, Random } from './ports.ts';

type Brand<Name extends string> = string & { readonly __brand: Name };

export type ChatId = Brand<'chat'>;
export type TaskId = Brand<'task'>;
export type UserId = Brand<'user'>;
export type TurnId = Brand<'turn'>;
export type InboxId = Brand<'inbox'>;
export type ApprovalId = Brand<'approval'>;
export type ScheduleId = Brand<'schedule'>;
export type WorkerId = Brand<'worker'>;
/** An agent that was spawned once and can be deployed again. */
export type AgentId = Brand<'agent'>;
/** The dialogue that a task and those that went on in it share. */
export type ConversationId = Brand<'conv'>;

export type IdByPrefix = {
  chat: ChatId;
  task: TaskId;
  user: UserId;
  turn: TurnId;
  inbox: InboxId;
  approval: ApprovalId;
  schedule: ScheduleId;
  worker: WorkerId;
  agent: AgentId;
  conv: ConversationId;
};
export type IdPrefix = keyof IdByPrefix;

/** A lane of a chat: `main`, or the id of the task that writes it. */
export type LaneId = 'main' | TaskId;

export type Ids = <P extends IdPrefix>(prefix: P) => IdByPrefix[P];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const suffix = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * Makes ids of the shape `<prefix>_<26 characters>`: a UUIDv7 (RFC 9562, 48 bits of milliseconds, then a 12-bit counter and
 * 62 random bits) in Crockford's base 32, lower case. Ids of one maker sort in the order in which they were made, also within a millisecond.
 */
export function createIds(clock: Pick<Clock, 'now'>, random: Random): Ids {
  let lastMs = 0;
  let counter = 0;
  return prefix => {
    const now = clock.now();
    counter = now > lastMs ? 0 : counter + 1;
    lastMs = Math.max(now, lastMs) + (counter > 0xfff ? 1 : 0);
    counter &= 0xfff;
    return `${prefix}_${encode(lastMs, counter, random.bytes(8))}` as IdByPrefix[typeof prefix];
  };
}

function encode(ms: number, counter: number, entropy: Uint8Array): string {
  let bits = (BigInt(ms) << 80n) | (0x7n << 76n) | (BigInt(counter) << 64n);
  let low = 0n;
  for (const byte of entropy) low = (low << 8n) | BigInt(byte);
  bits |= (0b10n << 62n) | (low & ((1n << 62n) - 1n));
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = alphabet[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}

/** Whether a text has the form of an id with that prefix; says nothing of whether it exists. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is IdByPrefix[P] {
  return text.startsWith(`${prefix}_`) && suffix.test(text.slice(prefix.length + 1));
}

/** The last eight characters: what people are shown of an id. */
export function shortId(id: string): string {
  return id.slice(-8);
}
