// Writes `count` settings under keys of its own: node write-child.ts <file> <name> <count>

import { hostname } from 'node:os';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { isProcessAlive } from '../../src/platform/process-alive.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { writeSetting } from '../../src/settings/write.ts';

const [file = '', name = '', count = '0'] = process.argv.slice(2);
const deps = {
  files: createNodeFiles(),
  clock: systemClock,
  random: systemRandom,
  pid: process.pid,
  host: hostname(),
  isAlive: isProcessAlive,
};
for (let index = 0; index < Number(count); index += 1) {
  await writeSetting(deps, file, ['concurrency', 'per_model', `${name}/${index}`], index + 1);
}
