import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startInLines } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

/** A machine without a key, and a small repository on it. */
async function freshMachine() {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'repo')];
  for (const path of [home, join(cwd, 'src'), join(cwd, 'test')]) await mkdir(path, { recursive: true });
  await writeFile(join(cwd, 'README.md'), '# Pebble\n\nCounts pebbles.\n');
  await writeFile(join(cwd, 'package.json'), '{\n  "name": "pebble",\n  "version": "2.0.1"\n}\n');
  await writeFile(join(cwd, 'src', 'count.ts'), 'export const one = 1;\n// TODO two\n');
  await writeFile(join(cwd, 'test', 'count.test.ts'), '');
  return { home, cwd };
}

test('without a key the first conversation begins by itself: three subagents read the folder, their reports are summed up', async () => {
  const { home, cwd } = await freshMachine();
  const terminal = startInLines({ home, cwd });

  const shown = await terminal.sees(/That was the script[\s\S]*<provider>\/<model>\.\n\n>$/);

  expect(shown).toMatch(/this is a\s+script and not a model/);
  expect(shown).toContain('> (demo) show me what you can do');
  for (const name of ['Map the folders', 'Read the manifest', 'Find open ends']) {
    expect(shown).toContain(`▶ ${name} · explore · in the background`);
    expect(shown).toMatch(new RegExp(`✓ ${name} · \\d tool uses? · `));
  }
  expect(shown).toContain('• files: 4, in folders: ');
  expect(shown).toContain('the README begins: “Pebble, Counts pebbles.”');
  expect(shown).toContain('"name": "pebble", "version": "2.0.1"');
  expect(shown).toContain('comments with TODO or FIXME: 1. The first: src/count.ts:2:// TODO two');

  terminal.press('C-c');
  await terminal.sees(/Ctrl\+C again leaves/);
  terminal.press('C-c');
  const left = await terminal.sees(/exit code \d+/);
  expect(left).toContain('Go on with: legwork -c\nexit code 0');
});

test('a chat that is gone on with is shown again, and is not begun by the demo', async () => {
  const { home, cwd } = await freshMachine();
  const first = startInLines({ home, cwd, args: ['todo'] });
  await first.sees(/I am a script and have nothing to add[\s\S]*\n>$/);
  first.press('C-d');
  await first.sees(/exit code 0/);

  const second = startInLines({ home, cwd, args: ['-c'] });

  const shown = await second.sees(/nothing to add[\s\S]*\n>$/);
  expect(shown).toContain('> todo');
  expect(shown).not.toContain('(demo)');
});
