import { expect, onTestFinished, test } from 'vitest';
import type { PermissionMode } from '../../src/permissions/policy.ts';
import { openVisit } from '../../src/tasks/visit.ts';
import { setMode } from '../../src/terminal/slash/mode.ts';
import { createModeCycle } from '../../src/tui/mode.ts';
import { createOffice } from '../fakes/office.ts';
import { rounds, until } from '../fakes/program.ts';

async function begin(begins: PermissionMode) {
  const office = await createOffice({ LEGWORK_PERMISSION_MODE: begins });
  onTestFinished(() => office.close());
  const program = await office.program();
  const opened = await openVisit(program, {
    chat: undefined,
    title: '',
    model: () => 'playbook/demo',
    appendSystemPrompt: '',
    canAsk: true,
  });
  onTestFinished(() => opened.close());
  const desk = {
    program,
    opened,
    session: opened.session,
    notice: () => undefined,
    attempt: (work: () => Promise<void>) => void work(),
  };
  return { desk, next: createModeCycle(desk), mode: () => opened.policy.policy.mode };
}

test('Shift+Tab goes from ask to accept-edits to plan and back, also when it is pressed quickly', async () => {
  const { next, mode } = await begin('ask');
  const seen: PermissionMode[] = [];

  for (let press = 0; press < 3; press += 1) {
    next();
    await until(() => mode() !== (seen.at(-1) ?? 'ask'));
    seen.push(mode());
  }
  next();
  next();
  await until(() => mode() === 'plan');

  expect(seen).toEqual(['accept-edits', 'plan', 'ask']);
});

test('bypass is gone through only by a program that was started with it', async () => {
  const { next, mode } = await begin('bypass');

  next();
  await until(() => mode() === 'ask');
  next();
  next();
  next();
  await until(() => mode() === 'bypass');

  expect(mode()).toBe('bypass');
});

test('a mode is set by its name; bypass is refused to a program that was not started with it', async () => {
  const { desk, mode } = await begin('ask');

  await setMode(desk, 'plan');
  const set = mode();
  await expect(setMode(desk, 'bypass')).rejects.toThrow('--permission-mode bypass');
  await rounds(5);

  expect([set, mode()]).toEqual(['plan', 'plan']);
});
