import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limitList, scaleOf } from '../../src/core/limit-facts.ts';
import { limits } from '../../src/core/limits.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { createOffice } from '../fakes/office.ts';
import { limitTests } from './table.ts';

const root = join(import.meta.dirname, '..', '..');

/** The source of a test from its title to the next test; undefined when there is none of that title. */
function bodyOf(file: string, title: string): string | undefined {
  const text = readFileSync(join(root, 'test', file), 'utf8');
  const starts = [...text.matchAll(/\btest\(\s*(['"`])/g)];
  const at = starts.find(({ 0: { length }, 1: quote, index }) =>
    text.startsWith(`${title}${quote}`, index + length),
  )?.index;
  if (at === undefined) return undefined;
  const next = text.slice(at + 1).search(/\n\s*test[.(]/);
  return text.slice(at, next < 0 ? undefined : at + 1 + next);
}

test('every limit has a test that exists and names it', () => {
  const without = Object.entries(limitTests).filter(
    ([name, [file, title]]) => !new RegExp(`\\b${name}\\b`).test(bodyOf(file, title) ?? ''),
  );

  expect(without).toEqual([]);
  expect(Object.keys(limitTests).toSorted()).toEqual(Object.keys(limits).toSorted());
});

test('every limit is used, and bounds what its facts say in words of its own', () => {
  const sources = globSync('src/**/*.{ts,tsx}', { cwd: root })
    .filter(path => !path.startsWith('src/core/limit'))
    .map(path => readFileSync(join(root, path), 'utf8'))
    .join('\n');

  const unused = limitList.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(sources));

  expect(unused.map(limit => limit.name)).toEqual([]);
  expect(limitList.map(limit => limit.name).toSorted()).toEqual(Object.keys(limits).toSorted());
  expect(limitList.filter(({ about }) => about.trim() === '')).toEqual([]);
});

test('the standard value of every limit that can be set is in its range, and no two have one key', () => {
  const settable = limitList.flatMap(limit => ('setting' in limit ? [limit] : []));
  const keys = settable.map(limit => limit.setting.key);

  const outside = settable.filter(({ name, setting }) => {
    const value = limits[name] / scaleOf(setting);
    return value < setting.min || value > setting.max;
  });

  expect(outside.map(limit => limit.name)).toEqual([]);
  expect(new Set(keys).size).toBe(keys.length);
});

test.for(limitList.flatMap(limit => ('setting' in limit && limit.setting.key.startsWith('limits.') ? [limit] : [])))(
  'the setting of $name takes its range and nothing beyond',
  ({ setting: { key, min, max } }) => {
    const name = key.slice('limits.'.length);
    const takes = (value: unknown) => settingsSchema().safeParse({ limits: { [name]: value } }).success;

    expect([takes(min), takes(max)]).toEqual([true, true]);
    expect([takes(min - 1), takes(max + 1), takes('1'), takes(Number.NaN)]).toEqual([false, false, false, false]);
  },
);

test('every setting of a limit reaches the limit, from the user as it is and from a project when it is lower', async () => {
  const office = await createOffice();
  const settable = limitList.flatMap(limit =>
    'setting' in limit && limit.setting.key.startsWith('limits.') ? [limit] : [],
  );
  const at = (value: (setting: { min: number; max: number }) => number) =>
    JSON.stringify({
      limits: Object.fromEntries(settable.map(({ setting }) => [setting.key.slice('limits.'.length), value(setting)])),
    });
  const { files } = await office.program();
  await files.makeDirectory(join(office.cwd, '.letta'));
  await writeFile(
    join(office.root, 'home', 'config', 'settings.json'),
    at(({ max }) => max),
  );
  const highest = await office.json('doctor', '--limits');
  await writeFile(
    join(office.cwd, '.letta', 'settings.json'),
    at(({ min }) => min),
  );
  const lowest = await office.json('doctor', '--limits');
  await office.close();

  type Row = { name: string; value: number; source: string | null };
  const rowOf = (rows: Row[], name: string) => rows.find(row => row.name === name);
  for (const { name, setting } of settable) {
    expect(rowOf(highest, name)).toMatchObject({
      value: setting.max * scaleOf(setting),
      source: expect.stringContaining('config/settings.json:1'),
    });
    expect(rowOf(lowest, name)).toMatchObject({
      value: setting.min * scaleOf(setting),
      source: expect.stringContaining('.letta/settings.json:1'),
    });
  }
});

test('doctor --limits prints every limit with its value, setting and sense, and opens no store', async () => {
  const office = await createOffice();

  const { out, code } = await office.run('doctor', '--limits');
  const rows = await office.json('doctor', '--limits');
  const isUntouched = globSync('home/**', { cwd: office.root }).length === 0;
  await office.close();

  expect(code).toBe(0);
  expect(out.trimEnd().split('\n')).toHaveLength(limitList.length + 1);
  expect(out).toMatch(/^tasks\.taskDepth +3 +levels +limits\.task_depth +subagents of subagents$/m);
  expect(rows).toContainEqual({
    name: 'leaseMs',
    surface: 'engine',
    value: limits.leaseMs,
    unit: 'ms',
    about: expect.any(String),
    setting: null,
    min: null,
    max: null,
    fixed: 'safety',
    standard: limits.leaseMs,
    source: null,
  });
  expect(isUntouched).toBe(true);
});
