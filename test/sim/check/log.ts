import { textOf } from '../text-of.ts';
import type { Rule } from './facts.ts';

/** What a program was told is so stands in the log for good. */
export const acknowledgedIsKept: Rule = facts =>
  facts.acks.flatMap(ack => {
    if (ack.kind === 'task')
      return facts.taskOf(ack.taskId) ? [] : [`task ${ack.taskId} was acknowledged and is not there`];
    const kept = facts.entriesOf(ack.entry.chatId)[ack.entry.seq - 1];
    if (kept === ack.entry || textOf(kept) === textOf(ack.entry)) return [];
    return [`entry ${ack.entry.seq} (${ack.entry.type}) was announced, and ${kept?.type ?? 'nothing'} stands there`];
  });

/** What a person was told was taken is in the inbox, and in the lane when somebody drives it. */
export const inputIsKept: Rule = facts =>
  facts.inputs.flatMap(input => {
    const row = facts.rowOf(input.id);
    if (!row) return [`input ${input.id} was acknowledged and is not there`];
    if (row.deliveredSeq === undefined) return [];
    const entry = facts.entriesOf(row.chatId)[row.deliveredSeq - 1];
    return entry?.type === 'user:said' && entry.inboxId === input.id ? [] : [`input ${input.id} stands in no entry`];
  });

/** What a transaction put into an inbox is there: nobody takes anything back in these worlds. */
export const inboxIsKept: Rule = facts =>
  facts.commits.flatMap(({ number, put }) =>
    put
      .filter(row => !facts.rowOf(row.id))
      .map(row => `${row.kind} ${row.id} for lane ${row.lane} was put in commit ${number} and is not there`),
  );

/** What a person typed after they had been told of what they typed before comes after it, of what is taken at the same places. */
export const inputsKeepOrder: Rule = facts =>
  facts.inputs.flatMap(later =>
    facts.inputs
      .filter(({ chatId, takes, ackedAt }) => {
        return chatId === later.chatId && takes === later.takes && ackedAt < later.calledAt;
      })
      .flatMap(earlier => {
        const [first, second] = [facts.rowOf(earlier.id)?.deliveredSeq, facts.rowOf(later.id)?.deliveredSeq];
        const isWrong = second !== undefined && (first === undefined || first > second);
        return isWrong ? [`input ${later.id} was delivered before ${earlier.id}, which was sent before it`] : [];
      }),
  );

export const numbersAreGapless: Rule = facts =>
  facts.end.chats.flatMap(chat => {
    const entries = facts.entriesOf(chat.id);
    const wrong = entries.findIndex((entry, index) => entry.seq !== index + 1);
    const problems = wrong < 0 ? [] : [`entry ${wrong + 1} of chat ${chat.id} has the number ${entries[wrong]?.seq}`];
    if (chat.lastSeq !== entries.length)
      problems.push(`chat ${chat.id} counts ${chat.lastSeq} entries and has ${entries.length}`);
    return problems;
  });

/** The end is what the commits made: nothing else wrote, and nothing was changed afterwards. */
export const logIsOfCommits: Rule = facts => {
  const written = facts.commits.flatMap(commit => commit.entries);
  return written.flatMap(entry => {
    const kept = facts.entriesOf(entry.chatId)[entry.seq - 1];
    return kept?.type === entry.type && kept.lane === entry.lane
      ? []
      : [`entry ${entry.seq} was committed as ${entry.type} and is ${kept?.type ?? 'not there'}`];
  });
};

/** What showed by itself while it ran. */
export const nothingWentWrong: Rule = facts => [...facts.problems];
