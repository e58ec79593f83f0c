import { expect, test } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { createInputs } from '../../../src/tui/composer/inputs.ts';
import { createComposer } from '../../../src/tui/composer/pane.ts';
import type { Key } from '../../../src/tui/key.ts';
import { slashCommands } from '../../../src/tui/slash/index.ts';
import { suggestCommands } from '../../../src/tui/slash/suggest.ts';
import { cpuMs } from '../../fakes/pace.ts';

const look = createLook({ display: { theme: 'none', isAscii: false }, color: 'never', columns: 30 });
const room = { columns: 30, rows: 20 };

/** A composer, and what became of what was written in it. */
function begin({ others = [], waiting = false }: { others?: string[]; waiting?: boolean } = {}) {
  const sent: [string, string][] = [];
  const notices: string[] = [];
  let opened = 0;
  const inputs = createInputs({
    store: { recentInputs: async (limit, maxChars) => others.filter(text => text.length <= maxChars).slice(0, limit) },
    limits,
    attempt: work => void work(),
  });
  const composer = createComposer({
    limits,
    inputs,
    room: () => room,
    redraw: () => undefined,
    notice: text => notices.push(text),
    submit: (text, takes) => sent.push([text, takes]),
    openQueue() {
      opened += 1;
      return waiting;
    },
    suggest: [suggestCommands(slashCommands)],
  });
  /** `ctrl+a`, `left`; anything else in brackets is typed. */
  const press = (...names: string[]) => {
    for (const name of names) composer.key(keyOf(name));
  };
  return {
    composer,
    inputs,
    sent,
    notices,
    press,
    type: (text: string) => composer.key({ kind: 'text', text }),
    paste: (text: string) => composer.key({ kind: 'paste', text }),
    rows: () => composer.draw(look, room).rows.slice(2),
    opened: () => opened,
    /** The other chats have been read. */
    settled: () => new Promise<void>(resolve => setImmediate(resolve)),
  };
}

function keyOf(name: string): Key {
  const parts = name.split('+');
  const has = (modifier: string) => parts.includes(modifier);
  return {
    kind: 'key',
    name: parts.at(-1) ?? '',
    ctrl: has('ctrl'),
    meta: has('alt'),
    shift: has('shift'),
  };
}

test('Enter sends to the next step, Alt+Enter after the turn; of nothing nothing is sent', () => {
  const { type, press, sent, composer } = begin();

  press('return');
  type('  ');
  press('return');
  press('ctrl+u');
  type('now');
  press('return');
  type('later');
  press('alt+return');

  expect(sent).toEqual([
    ['now', 'boundary'],
    ['later', 'turn'],
  ]);
  expect(composer.text()).toBe('');
});

test('a new line is begun by Ctrl+J, by Shift+Enter, and by a backslash and Enter', () => {
  const { type, press, sent } = begin();

  type('one');
  press('ctrl+j');
  type('two');
  press('shift+return');
  type('three\\');
  press('return');
  type('four');
  press('return');

  expect(sent).toEqual([['one\ntwo\nthree\nfour', 'boundary']]);
});

test('the keys of a shell move and cut', () => {
  const { type, press, composer } = begin();

  type('one two three');
  press('ctrl+a', 'ctrl+f', 'alt+f', 'ctrl+k');
  const cut = composer.text();
  press('alt+b', 'alt+d', 'ctrl+_', 'ctrl+y', 'ctrl+e', 'ctrl+w', 'alt+backspace');

  expect(cut).toBe('one');
  expect(composer.text()).toBe('');
});

test('Ctrl+D deletes where something is written, and is not taken where nothing is', () => {
  const { type, press, composer } = begin();

  type('ab');
  press('ctrl+a', 'ctrl+d');
  const left = composer.text();
  press('ctrl+d');

  expect(left).toBe('b');
  expect(composer.key(keyOf('ctrl+d'))).toBe(false);
});

test('up and down move in the rows of a text, keep their column, and at its edge go to the history', async () => {
  const { type, press, composer, inputs, settled } = begin();
  inputs.add(['older']);
  type('long first line');
  press('ctrl+j');
  type('x');
  press('ctrl+j');
  type('third line');

  press('up', 'up');
  const { cursor } = composer.draw(look, room);
  press('up');
  await settled();
  const shown = composer.text();
  press('down');

  expect(cursor).toEqual({ row: 2, column: 12 });
  expect(shown).toBe('older');
  expect(composer.text()).toBe('long first line\nx\nthird line');
});

test('history goes through this chat and then through the others, each text once, and comes back to the draft', async () => {
  const { type, press, composer, inputs, settled } = begin({ others: ['of another', 'second', 'oldest'] });
  inputs.add(['first', 'second']);
  type('draft');
  const seen: string[] = [];

  for (const key of ['up', 'up', 'up', 'up', 'up', 'down', 'down', 'down', 'down']) {
    press(key);
    await settled();
    seen.push(composer.text());
  }

  expect(seen).toEqual(['second', 'first', 'of another', 'oldest', 'oldest', 'of another', 'first', 'second', 'draft']);
});

test('what was brought back and then changed is the draft', async () => {
  const { type, press, composer, inputs, settled } = begin();
  inputs.add(['first', 'second']);

  press('up');
  await settled();
  type('!');
  press('up', 'down');

  expect(composer.text()).toBe('second!');
});

test('Ctrl+R finds as one types, again an older one; Enter takes it and sends nothing, Esc goes back', async () => {
  const { type, press, composer, inputs, sent, rows, settled } = begin({ others: ['fix the broken build'] });
  inputs.add(['fix the build', 'write tests', 'fix the docs']);
  await settled();
  type('draft');

  press('ctrl+r');
  type('FIX'.toLowerCase());
  await settled();
  const found = rows();
  press('ctrl+r');
  type(' the b');
  const narrowed = composer.text();
  press('ctrl+r');
  const older = composer.text();
  press('return');
  const taken = composer.text();
  press('ctrl+r', 'w', 'escape');

  expect(found).toEqual(['> fix the docs', 'search: fix']);
  expect([narrowed, older, taken]).toEqual(['fix the build', 'fix the broken build', 'fix the broken build']);
  expect(composer.text()).toBe('fix the broken build');
  expect(sent).toEqual([]);
});

test('a search that finds nothing says so', async () => {
  const { type, press, rows, settled } = begin();

  press('ctrl+r');
  type('nowhere');
  await settled();

  expect(rows()).toEqual(['> ', 'nothing found: nowhere']);
});

test('inputHistory and historyInputChars bound what the arrow up brings back in the interface', async () => {
  const { inputs, press, composer, settled } = begin({ others: Array.from({ length: 900 }, (_, at) => `other ${at}`) });
  inputs.add(['x'.repeat(limits.historyInputChars + 1), 'y'.repeat(limits.historyInputChars)]);
  const seen = new Set<string>();

  for (let step = 0; step < limits.inputHistory + 50; step++) {
    press('up');
    if (step === 0) await settled();
    seen.add(composer.text().slice(0, 20));
  }

  expect(seen.size).toBe(limits.inputHistory);
  expect(seen).not.toContain('x'.repeat(20));
});

test('up where nothing is written goes to the queue first', () => {
  const { press, opened, composer } = begin({ waiting: true });

  press('up');

  expect(opened()).toBe(1);
  expect(composer.text()).toBe('');
});

test('R26 a paste of ten megabytes is folded, sent whole, and does not slow the keys that follow', async () => {
  const { paste, type, press, sent, rows } = begin();
  const text = 'a line of a log, like all the others\n'.repeat(limits.promptBytes / 40);

  const pasting = await cpuMs(() => {
    type('see ');
    paste(text);
    rows();
  });
  const typing = await cpuMs(() => {
    for (let key = 0; key < 50; key++) {
      type('x');
      rows();
    }
  });
  const drawn = rows();
  press('return');

  expect(drawn).toEqual(['> see ', '  [pasted #1: 262,144 lines]x', `  ${'x'.repeat(27)}`, `  ${'x'.repeat(22)}`]);
  expect(sent[0]?.[0]).toBe(`see ${text}${'x'.repeat(50)}`);
  expect(pasting).toBeLessThan(400);
  expect(typing / 50).toBeLessThan(16);
});

test('R26 what is larger than can be sent is refused with what would be right, and the draft stays', () => {
  const { paste, type, notices, composer } = begin();
  type('keep');

  paste('x'.repeat(limits.promptBytes));

  expect(composer.text()).toBe('keep');
  expect(notices).toEqual([expect.stringMatching(/Too long: 10\.0 MB .*10\.0 MB can be sent\. .*name the file/)]);
});

test('what was cleared comes back by undo', () => {
  const { type, press, composer } = begin();

  type('precious');
  composer.clear();
  press('ctrl+_');

  expect(composer.text()).toBe('precious');
});

test('an empty composer says what can be written', () => {
  const { rows } = begin();

  expect(rows()).toEqual(['> Ask for something. / shows…']);
});

test('a slash shows the commands, the arrows choose, Tab takes and Enter runs what is chosen', () => {
  const { type, press, sent, rows, composer } = begin();

  type('/');
  const all = rows();
  type('co');
  const found = rows();
  press('down', 'tab');
  const taken = composer.text();
  press('ctrl+u');
  type('/hel');
  press('return');

  expect(all).toHaveLength(1 + 8);
  expect(all.slice(0, 3)).toEqual(['> /', expect.stringMatching(/^› \/help/), expect.stringMatching(/^ {2}\/keys/)]);
  expect(found[1]).toMatch(/^› \/co/);
  expect(found.every(row => row.length <= 30)).toBe(true);
  expect(taken).toMatch(/^\/co\w+ $/);
  expect(sent).toEqual([['/help', 'boundary']]);
});

test('a command that needs something after it is taken by Enter, not run; one that is written in full runs', () => {
  const { type, press, sent, composer } = begin();

  type('/renam');
  press('return');
  const taken = composer.text();
  press('ctrl+u');
  type('/tasks');
  press('return');

  expect(taken).toBe('/rename ');
  expect(sent).toEqual([['/tasks', 'boundary']]);
});

test('Esc closes the suggestions; a paste, an old input, a path and a second slash open none', async () => {
  const { type, paste, press, rows, inputs, settled } = begin();

  type('/he');
  press('escape');
  const closed = rows();
  press('ctrl+u');
  paste('/he');
  const pasted = rows();
  press('ctrl+u');
  type('/usr/bin');
  const path = rows();
  press('ctrl+u');
  type('//he');
  const slashes = rows();
  press('ctrl+u');
  inputs.add(['/help']);
  press('up');
  await settled();

  expect([closed, pasted, path, slashes, rows()].map(one => one.length)).toEqual([1, 1, 1, 1, 1]);
});

test('Ctrl+V says that images cannot be sent', () => {
  const { press, notices, composer } = begin();

  press('ctrl+v');

  expect(notices).toEqual([expect.stringMatching(/Images cannot be sent yet/)]);
  expect(composer.text()).toBe('');
});
