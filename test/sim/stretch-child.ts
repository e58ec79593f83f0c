import { runStretch, type Stretch } from './run-many.ts';

/** One of the processes of a long simulation: runs stretches of seeds as they are given to it. */
process.on('message', async (stretch: Stretch) => {
  process.send?.(await runStretch(stretch));
});

/** It ends with the one that gives the stretches. */
process.on('disconnect', () => process.exit());
