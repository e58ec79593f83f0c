import type { Shelf } from './discover.ts';

/** The definitions that come with the program, read. Absent in the sources; the build writes here what `readBuiltIns` makes of them (scripts/written-shelf.ts). */
export const writtenShelf: Shelf | undefined = undefined;
