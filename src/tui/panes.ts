import type { Pane } from './pane.ts';

/** Panes on top of each other; the composer is the lowest and stays. */
export type Panes = {
  readonly top: () => Pane;
  /** What stands under a pane: the composer at the least. */
  readonly under: (pane: Pane) => Pane;
  /** Puts a pane on top; what is returned takes it away, wherever it then is. */
  readonly open: (pane: Pane) => () => void;
};

export function createPanes(lowest: Pane, onChange: () => void): Panes {
  let panes: readonly Pane[] = [lowest];
  return {
    top: () => panes.at(-1) ?? lowest,
    under: pane => panes[panes.indexOf(pane) - 1] ?? lowest,
    open(pane) {
      panes = [...panes, pane];
      onChange();
      return () => {
        panes = panes.filter(other => other !== pane);
        onChange();
      };
    },
  };
}
