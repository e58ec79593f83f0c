import { expect, test } from 'vitest';
import { putChat } from '../contract/store/world.ts';
import { runCrowd } from './crowd.ts';
import type { CrowdReport } from './crowd-child.ts';
import { createHome, openAt } from './files.ts';

const child = new URL('./crowd-child.ts', import.meta.url);

test('R13 processes add, claim and end tasks at once: nobody is told that the database is busy, no task is claimed twice, none is lost', async () => {
  const { path, dispose } = await createHome();
  const store = await openAt(path);
  const chat = await putChat(store);

  const reports = await runCrowd<CrowdReport>(child, [path, chat, '2000'], 6);

  const added = reports.flatMap(report => report.added);
  const claimed = reports.flatMap(report => report.claimed);
  expect(reports.flatMap(report => report.errors)).toEqual([]);
  expect(added.length).toBeGreaterThan(6);
  expect(claimed.toSorted()).toEqual([...new Set(claimed)].toSorted());
  const tasks = await store.tasks({ chatId: chat });
  expect(tasks.map(task => task.id).toSorted()).toEqual(added.toSorted());
  expect(
    tasks
      .filter(task => task.status === 'completed')
      .map(task => task.id)
      .toSorted(),
  ).toEqual(claimed.toSorted());
  const entries = await store.entries(chat);
  expect(entries.map(entry => entry.seq)).toEqual(entries.map((_, i) => i + 1));
  expect(entries).toHaveLength(added.length + claimed.length);
  expect(await store.check()).toMatchObject({ isOk: true });
  await store.close();
  await dispose();
}, 120_000);
