import type { Entry, ToolCall } from '../core/entry.ts';
import { unreachable } from '../core/error.ts';
import { escapeXml } from '../core/xml.ts';
import type { Message } from '../models/model.ts';

/** What the model is told in place of a result that never came. */
export const noResult = 'No result: this call was cut off before it could answer. Its effect is unknown.';

export type Context = {
  /** Paired and in causal order; see `ModelRequest.messages`. */
  readonly messages: readonly Message[];
  push(entry: Entry): void;
};

/**
 * Folds the entries of one lane into the messages that its model sees. Entries of other lanes must not be pushed.
 * Calls without a result are answered by `noResult` as soon as something other than a result follows, so that every request is paired.
 */
export function createContext(base: readonly Message[], openResult = noResult): Context {
  let messages: Message[] = [...base];
  let own: { seq: number; message: Message }[] = [];
  /** The calls of the last answer, in its order, with the results that have come. */
  let open: { readonly call: ToolCall; result?: Message }[] = [];
  /** Where that answer stands: its results belong to it when the lane is cut. */
  let openSeq = 0;

  function add(seq: number, message: Message): void {
    own.push({ seq, message });
    messages.push(message);
  }
  function resultOf({ call, result }: (typeof open)[number]): Message {
    return result ?? { role: 'tool', callId: call.callId, tool: call.tool, text: openResult, isError: true };
  }
  function closeOpen(): void {
    for (const item of open.splice(0)) add(openSeq, resultOf(item));
  }
  function say(seq: number, message: Message): void {
    closeOpen();
    add(seq, message);
  }
  function compact(summary: string, throughSeq: number): void {
    own = own.filter(item => item.seq > throughSeq);
    messages = [{ role: 'user', text: summary }, ...own.map(item => item.message)];
  }

  return {
    get messages() {
      return open.length === 0 ? messages : [...messages, ...open.map(resultOf)];
    },
    push(entry) {
      switch (entry.type) {
        case 'user:said':
          return say(entry.seq, { role: 'user', text: entry.text });
        case 'task:instructed':
          return say(entry.seq, { role: 'user', text: entry.prompt });
        case 'lane:messaged':
          return say(entry.seq, { role: 'user', text: messageFrom(entry.from, entry.text) });
        case 'notification:delivered':
          return say(entry.seq, { role: 'user', text: entry.text });
        case 'program:remarked':
          return say(entry.seq, { role: 'user', text: `<program-remark>${escapeXml(entry.text)}</program-remark>` });
        case 'model:answered':
          if (entry.text === '' && entry.calls.length === 0) return;
          say(entry.seq, {
            role: 'assistant',
            text: entry.text,
            thinking: entry.thinking,
            calls: entry.calls,
            backend: entry.backend,
            model: entry.model,
          });
          open = entry.calls.map(call => ({ call }));
          openSeq = entry.seq;
          return;
        case 'model:broke-off':
          if (entry.text.trim() === '') return;
          say(entry.seq, { role: 'assistant', text: `${entry.text}\n[cut off here: ${entry.reason}]`, calls: [] });
          return;
        case 'tool:ended': {
          const item = open.find(({ call }) => call.callId === entry.callId);
          if (!item) return;
          const { callId, tool, text, isError } = entry;
          item.result = { role: 'tool', callId, tool, text, isError };
          if (open.every(({ result }) => result)) closeOpen();
          return;
        }
        case 'context:compacted':
          closeOpen();
          return compact(entry.summary, entry.throughSeq);
        case 'chat:created':
        case 'chat:renamed':
        case 'turn:started':
        case 'turn:ended':
        case 'tool:started':
        case 'policy:changed':
        case 'approval:asked':
        case 'approval:answered':
        case 'task:queued':
        case 'task:waited':
        case 'task:started':
        case 'task:parked':
        case 'task:requeued':
        case 'task:backgrounded':
        case 'task:ended':
        case 'note:written':
          return;
        default:
          return unreachable(entry);
      }
    },
  };
}

/** The messages of a stretch of a lane that ends in the middle of a turn; calls without a result are answered by `openResult`. */
export function messagesOf(entries: readonly Entry[], base: readonly Message[], openResult: string): Message[] {
  const context = createContext(base, openResult);
  for (const entry of entries) context.push(entry);
  return [...context.messages];
}

function messageFrom(lane: string, text: string): string {
  return `<message from="${escapeXml(lane)}">${escapeXml(text)}</message>`;
}
