import { onTestFinished } from 'vitest';
import { createWorld, type Driver, type World } from './world.ts';

/** A world whose drivers end with the test, stopped ones too. */
export async function worldOfTest(playbook: string): Promise<Omit<World, 'dispose'>> {
  const world = await createWorld(playbook);
  const drivers: Driver[] = [];
  onTestFinished(async () => {
    for (const { process } of drivers) {
      process.kill('SIGCONT');
      process.kill('SIGKILL');
    }
    await world.dispose();
  });
  return {
    ...world,
    start(args, under) {
      const driver = world.start(args, under);
      drivers.push(driver);
      return driver;
    },
  };
}
