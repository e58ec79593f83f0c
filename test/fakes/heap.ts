import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of JavaScript's objects and of what they hold outside of the heap, when all that can be freed was freed. Compiled code, which grows as a process warms up, is left out. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !/^(code|trusted|read_only)/.test(name));
  return spaces.reduce((sum, space) => sum + space.space_used_size, process.memoryUsage().external);
}
