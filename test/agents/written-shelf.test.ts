import { expect, test } from 'vitest';
import { derivedShelf, shelfModule } from '../../scripts/written-shelf.ts';

test('the build writes the built-in definitions as they are read from their files', async () => {
  const shelf = await derivedShelf();

  const built = await import(`data:text/javascript,${encodeURIComponent(await shelfModule())}`);

  expect(built.writtenShelf).toEqual(shelf);
  expect(shelf.problems).toEqual([]);
  expect(shelf.drafts.map(draft => draft.name)).toEqual(['explore', 'fork', 'general-purpose', 'plan', 'recall']);
});
