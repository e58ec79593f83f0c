import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createOffice, type Office } from '../fakes/office.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

let office: Office | undefined;
afterEach(() => office?.close());

const playbook = `name: two
replies:
  - when: { agent: primary, from: user, contains: go on with it, times: 1 }
    say: I send one.
    call:
      - { tool: Task, input: { subagent_type: general-purpose, description: Note it down, prompt: Note it, run_in_background: true } }
  - when: { agent: primary, from: notification }
    say: It is back.
  - when: { agent: primary, tool: Task }
    say: It is at work.
  - when: { agent: general-purpose, step: 1 }
    say: I note it.
    call: [{ tool: Bash, input: { command: 'touch COMMAND' } }]
default: { say: Noted. }
`;

async function chaos(command: string) {
  const scratch = await temporaryDirectory();
  office = await createOffice({ TMPDIR: scratch });
  const file = join(office.root, 'two.yaml');
  await writeFile(file, playbook.replace('COMMAND', command));
  const words = ['--json', '--rounds', '1', '--seed', '7', '--playbook', file, '--allow', 'Bash(touch *)'];
  const { code, out, err } = await office.start('doctor', '--chaos', ...words).done;
  return { code, err, report: JSON.parse(out), left: await readdir(scratch), office };
}

test('doctor --chaos kills and faults the real program and finds nothing wrong, on a store of its own', async () => {
  const { code, err, report, left, office } = await chaos('note.txt');

  expect(err).toBe('');
  expect(report).toMatchObject({
    ok: true,
    seed: 7,
    rounds: 1,
    lost: [],
    doubled: [],
    unwoken: [],
    leaked: [],
    broken: [],
  });
  expect(report.prompts).toEqual(['go on with it']);
  expect(report.crashes).toBeGreaterThan(0);
  expect(report.tasks.completed).toBe(7);
  expect(report.notifications_delivered).toBe(7);
  expect(report.again).toContain('--seed 7 --rounds 1');
  expect(code).toBe(0);
  expect(left).toEqual([]);
  expect(await readdir(office.cwd)).toEqual(['.git']);
  expect(await readdir(office.root)).not.toContain('home');
}, 120_000);

test('doctor --chaos ends with 1 and keeps the folder when something was left over', async () => {
  const { code, report, left } = await chaos('.x.0123456789ab.tmp');

  expect(report.leaked[0]).toContain('a file was left over');
  expect(report.kept.map((folder: string) => basename(folder)).sort()).toEqual(left.sort());
  expect(code).toBe(1);
}, 120_000);

test('doctor --chaos asks for --say when a playbook does not show what a person says', async () => {
  office = await createOffice();
  const file = join(office.root, 'silent.yaml');
  await writeFile(file, 'name: silent\nreplies: []\ndefault: { say: yes }\n');

  const { code, err } = await office.run('doctor', '--chaos', '--playbook', file);

  expect(code).toBe(2);
  expect(err).toContain('say it with --say');
});
