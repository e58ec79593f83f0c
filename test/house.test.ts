import { existsSync, globSync, readFileSync } from 'node:fs';
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

/** npm marks a package for its binding.gyp too, even where the package forbids that build (`gypfile: false`). */
test('no runtime dependency runs a script when it is installed', () => {
  const lock: { packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }> } =
    readJson('package-lock.json');

  const marked = Object.entries(lock.packages).filter(
    ([path, { dev, hasInstallScript }]) => path && hasInstallScript && !dev,
  );
  const withScript = marked.map(([path]) => path).filter(hasInstallScript);

  expect(Object.keys(lock.packages).length).toBeGreaterThan(1);
  expect(withScript).toEqual([]);
});

test('every version is pinned exactly', () => {
  const manifest: Record<'dependencies' | 'devDependencies', Record<string, string>> = readJson('package.json');

  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

function hasInstallScript(path: string): boolean {
  const manifest: { gypfile?: boolean; scripts?: Record<string, string> } = readJson(join(path, 'package.json'));
  const isBuilt = manifest.gypfile !== false && existsSync(join(root, path, 'binding.gyp'));
  return isBuilt || ['preinstall', 'install', 'postinstall'].some(name => manifest.scripts?.[name]);
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function readAll(directory: 'src' | 'test') {
  const cwd = join(root, directory);
  return globSync('**/*.{ts,tsx}', { cwd }).map(path => ({ path, text: readFileSync(join(cwd, path), 'utf8') }));
}
