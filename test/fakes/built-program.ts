import { fileURLToPath } from 'node:url';

/**
 * The program as people run it: the launcher and, behind it, what is in `dist/`. Tests that start processes start this one, because what a bundler
 * makes of the sources shows nowhere else. `test/build.ts` brings it up to date before the first test.
 */
export const builtProgram = fileURLToPath(new URL('../../bin/legwork.cjs', import.meta.url));
