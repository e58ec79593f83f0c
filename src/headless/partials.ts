import type { LaneId } from '../core/ids.ts';
import type { LiveEvent } from '../engine/live.ts';

type Kind = 'text' | 'thinking';
type Streaming = { readonly index: number; readonly kind: Kind };

export type Partials = {
  /** The stream events that a live event is told as. */
  live(event: LiveEvent): readonly object[];
  /** The lane has a whole message now, or its streamed text is void: what ends the message that was streaming. */
  end(lane: LaneId): readonly object[];
};

/** Tells text and thinking as they stream as the events of a message, one message at a time for each lane. */
export function createPartials(): Partials {
  const lanes = new Map<LaneId, Streaming>();

  function delta(lane: LaneId, kind: Kind, text: string): object[] {
    const current = lanes.get(lane);
    const events: object[] = current
      ? []
      : [{ type: 'message_start', message: { type: 'message', role: 'assistant', content: [] } }];
    if (current && current.kind !== kind) events.push({ type: 'content_block_stop', index: current.index });
    const index = current ? current.index + (current.kind === kind ? 0 : 1) : 0;
    if (current?.kind !== kind)
      events.push({ type: 'content_block_start', index, content_block: { type: kind, [kind]: '' } });
    lanes.set(lane, { index, kind });
    events.push({ type: 'content_block_delta', index, delta: { type: `${kind}_delta`, [kind]: text } });
    return events;
  }

  function end(lane: LaneId): object[] {
    const current = lanes.get(lane);
    if (!current) return [];
    lanes.delete(lane);
    return [{ type: 'content_block_stop', index: current.index }, { type: 'message_stop' }];
  }

  return {
    end,
    live(event) {
      if (event.type === 'text' || event.type === 'thinking') return delta(event.lane, event.type, event.delta);
      return event.type === 'retrying' ? end(event.lane) : [];
    },
  };
}
