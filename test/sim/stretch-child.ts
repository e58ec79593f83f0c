import { runStretch, type Stretch } from './run-many.ts';

/** One of the processes of a long simulation: runs stretches of seeds as they are given to it. */
process.on('message', async (stretch: Stretch) => {
  process.send?.(await runStretch(stretch));
});

/** Ctrl+C is for the one that gives the stretches; this process ends with it. */
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
