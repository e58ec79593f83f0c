import type { ChatId, LaneId } from '../core/ids.ts';

/** What happens between two entries: for whoever watches now. Nothing may depend on having seen it. */
export type LiveEvent = { readonly lane: LaneId } & (
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'thinking'; readonly delta: string }
  /** What was streamed in this lane since its last entry is void: the request is repeated. */
  | { readonly type: 'retrying'; readonly attempt: number; readonly inMs: number; readonly reason: string }
  | { readonly type: 'calling'; readonly tool: string }
  | { readonly type: 'progress'; readonly callId: string; readonly text: string }
  /** A person is asked a question that is not an approval. */
  | { readonly type: 'waiting-for-person'; readonly callId: string }
);

export type LiveHub = {
  emit(chatId: ChatId, event: LiveEvent): void;
  subscribe(chatId: ChatId, listener: (event: LiveEvent) => void): () => void;
};

export function createLiveHub(): LiveHub {
  const listeners = new Map<ChatId, Set<(event: LiveEvent) => void>>();
  return {
    emit(chatId, event) {
      for (const listener of listeners.get(chatId) ?? []) listener(event);
    },
    subscribe(chatId, listener) {
      const set = listeners.get(chatId) ?? new Set();
      listeners.set(chatId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(chatId) === set) listeners.delete(chatId);
      };
    },
  };
}
