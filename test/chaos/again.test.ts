import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createOffice } from '../fakes/office.ts';

/** Living processes that this one has started: guards among them. */
function children(): string[] {
  const threads = readdirSync('/proc/self/task');
  return threads.flatMap(thread =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

test('R41 however many processes a rehearsal starts, one guard stands by', async () => {
  const office = await createOffice();
  const ground = await office.ground();
  const before = new Set(children());

  for (let number = 0; number < 3; number += 1) {
    const { signal } = new AbortController();
    await ground.again(['--version'], { cwd: office.cwd, env: {}, signal, onOutput: () => undefined }).done;
  }

  expect(children().filter(pid => !before.has(pid))).toHaveLength(1);
  await office.close();
});
