import { render } from 'ink-testing-library';
import { expect, onTestFinished, test } from 'vitest';
import { createStore } from '../../src/core/create-store.ts';
import { App, type Shown } from '../../src/tui/app.tsx';

test('rows are stacked as they are; an empty one keeps its place', async () => {
  const shown = createStore<Shown, Shown>((_, next) => next, { roll: 0, marks: [], live: { rows: [] } });
  const app = render(
    <App
      subscribe={shown.subscribe}
      get={shown.get}
      onKey={() => undefined}
      onPaste={() => undefined}
      onLend={() => undefined}
    />,
  );
  onTestFinished(app.unmount);

  shown.dispatch({ roll: 0, marks: [], live: { rows: ['first', '', '  third'] } });

  await expect.poll(app.lastFrame).toBe('first\n\n  third');
});
