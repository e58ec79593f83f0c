import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkModule } from './house/check.ts';
import { forbiddenInTests, house } from './house/table.ts';

const root = join(import.meta.dirname, '..');

test('every module keeps to the table of imports', () => {
  const modules = readAll('src');

  const faults = modules.flatMap(module => checkModule(module, house));

  expect(modules.length).toBeGreaterThan(0);
  expect(faults).toEqual([]);
});

test('no test mocks a module or is left out', () => {
  const found = readAll('test').flatMap(({ path, text }) =>
    forbiddenInTests.filter(word => text.includes(word)).map(word => `test/${path} has ${word}`),
  );

  expect(found).toEqual([]);
});

test('no runtime dependency runs a script when it is installed', () => {
  const lock: { packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );

  const withScript = Object.entries(lock.packages).filter(
    ([path, { dev, hasInstallScript }]) => path && hasInstallScript && !dev,
  );

  expect(withScript.map(([path]) => path)).toEqual([]);
});

test('every version is pinned exactly', () => {
  const manifest: Record<'dependencies' | 'devDependencies', Record<string, string>> = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );

  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

function readAll(directory: 'src' | 'test') {
  const cwd = join(root, directory);
  return globSync('**/*.{ts,tsx}', { cwd }).map(path => ({ path, text: readFileSync(join(cwd, path), 'utf8') }));
}
