import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tally } from '../../src/chaos/tally.ts';
import { chaosJson } from '../../src/commands/doctor/chaos-report.ts';
import { createOffice, type Office } from '../fakes/office.ts';

let office: Office;
beforeEach(async () => {
  office = await createOffice();
});
afterEach(() => office.close());

/** Kinds of `docs/json.md` and the keys that it names first in their row. */
async function documented(): Promise<Map<string, string[]>> {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'json.md'), 'utf8');
  const rows = text.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| ---'));
  return new Map(
    rows.slice(1).map(row => {
      const [, kind = '', , keys = ''] = row.split('|').map(cell => cell.trim());
      return [kind, [...(keys.split(';')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, key = '']) => key)];
    }),
  );
}

/** Every key at any depth, but for what models, tools and people named. */
function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['metadata', 'input', 'display'].includes(key) ? [key] : [key, ...keysIn(inner)],
  );
}

const nothingPlayed = {
  report: {
    seed: 1,
    rounds: 0,
    durationMs: 0,
    remarks: [],
    tally: tally({ lives: [], held: [] }, () => undefined),
    lost: [],
    doubled: [],
    unwoken: [],
    leaked: [],
    broken: [],
    heapPerChatBytes: 0,
    kept: [],
  },
  part: { name: 'p', playbook: '', prompts: [] },
  agents: [],
  again: '',
};

test('the keys of --json are those that are documented, and snake_case', async () => {
  const [dependency, task] = [await office.json('tasks', 'add', 'one'), await office.json('tasks', 'add', 'two')];
  await office.work();
  await office.run('tasks', 'wait', dependency.id, task.id);
  await writeFile(join(office.cwd, 'bad.yaml'), 'name: x\n');
  const [line = ''] = (await office.run('tasks', 'log', task.id, '--json')).out.split('\n');
  const shown = {
    task: (await office.json('tasks', 'list'))[0],
    'one task': await office.json('tasks', 'show', task.id),
    transcript: await office.json('tasks', 'transcript', task.id),
    entry: JSON.parse(line),
    stats: await office.json('tasks', 'stats'),
    schedule: await office.json('schedules', 'add', 'watch', 'every 1 hours', 'look'),
    'one schedule': await office.json('schedules', 'show', 'watch'),
    chat: (await office.json('chats', 'list', '--agent'))[0],
    'one chat': await office.json('chats', 'show', task.chat_id),
    agent: (await office.json('agents', 'list'))[0],
    'one agent': await office.json('agents', 'show', 'explore'),
    problem: (await office.json('playbook', 'check', 'bad.yaml'))[0],
    model: (await office.json('models', 'list', 'playbook'))[0],
    'model test': await office.json('models', 'test'),
    rehearsal: (await office.json('playbook', 'run', 'demo'))[0],
    process: (await office.json('ps'))[0],
    'reasons of a task': await office.json('why', task.id),
    'reasons of a chat': await office.json('why', task.chat_id),
    doctor: await office.json('doctor'),
    limit: (await office.json('doctor', '--limits'))[0],
    chaos: chaosJson(nothingPlayed),
    cleared: await office.json('tasks', 'clear', '--all', '--force'),
  };

  const rows = await documented();

  expect(Object.keys(shown).sort()).toEqual([...rows.keys()].sort());
  const own = (kind: string, base?: string) => [...(rows.get(base ?? '') ?? []), ...(rows.get(kind) ?? [])].sort();
  const bases: Record<string, string> = {
    'one task': 'task',
    'one chat': 'chat',
    'one agent': 'agent',
    'one schedule': 'schedule',
  };
  for (const [kind, value] of Object.entries(shown))
    expect([kind, Object.keys(value).sort()]).toEqual([kind, own(kind, bases[kind])]);
  expect(keysIn(Object.values(shown)).filter(key => !/^[a-z][a-z0-9_]*$/.test(key))).toEqual([]);
});
