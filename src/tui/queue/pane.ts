import { unreachable } from '../../core/error.ts';
import type { InboxId } from '../../core/ids.ts';
import type { Desk } from '../desk.ts';
import { type Action, actionOf } from '../keys.ts';
import type { Pane } from '../pane.ts';
import type { Waiting } from './state.ts';
import { drawQueuePane } from './view.ts';

export type QueuePaneOptions = Pick<Desk, 'session' | 'redraw' | 'attempt' | 'notice'> & {
  readonly rows: () => readonly Waiting[];
  /** Reads the store again. */
  readonly look: () => void;
  readonly edit: (text: string) => void;
  readonly leave: () => void;
};

type Change = Exclude<Action<'queue'>, 'up' | 'down' | 'leave'>;

/** Changes what waits. Begins with the newest, which is next to the composer. */
export function createQueuePane(options: QueuePaneOptions): Pane {
  const { session, rows, redraw, leave } = options;
  let chosen: InboxId | undefined = rows().at(-1)?.id;
  /** Where it stood when it was last seen: whoever is below takes its place. */
  let last = rows().length - 1;

  function place(): number {
    const found = rows().findIndex(row => row.id === chosen);
    last = found === -1 ? Math.max(0, Math.min(last, rows().length - 1)) : found;
    chosen = rows()[last]?.id;
    return last;
  }

  function choose(at: number): void {
    if (at >= rows().length) {
      leave();
      return;
    }
    chosen = rows()[Math.max(0, at)]?.id;
    redraw('now');
  }

  /** `work` says whether the input still waited. */
  function change(work: () => Promise<boolean>): void {
    options.attempt(async () => {
      if (!(await work())) options.notice('The agent has read it already.');
      options.look();
    });
  }

  function act(action: Action<'queue'>): void {
    const at = place();
    const row = rows()[at];
    if (!row || action === 'leave') leave();
    else if (action === 'up') choose(at - 1);
    else if (action === 'down') choose(at + 1);
    else change(() => changed(action, row, at));
  }

  async function changed(action: Change, row: Waiting, at: number): Promise<boolean> {
    switch (action) {
      case 'edit': {
        const taken = await session.takeBack(row.id);
        if (taken) options.edit(taken.text);
        leave();
        return taken !== undefined;
      }
      case 'remove':
        return (await session.takeBack(row.id)) !== undefined;
      case 'earlier':
        return at === 0 || session.move(row.id, -1);
      case 'later':
        return at === rows().length - 1 || session.move(row.id, 1);
      case 'takes':
        return session.setTakes(row.id, row.takes === 'turn' ? 'boundary' : 'turn');
      default:
        return unreachable(action);
    }
  }

  return {
    size: 'strip',
    draw: (look, room) => drawQueuePane(rows(), place(), look, room),
    key(key) {
      const action = actionOf('queue', key);
      if (action) act(action);
      return action !== undefined || key.kind !== 'key';
    },
  };
}
