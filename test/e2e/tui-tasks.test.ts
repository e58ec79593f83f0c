import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startInTerminal } from '../fakes/tmux.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const call = (description: string, prompt: string, isBackground: boolean) =>
  `      - { tool: Task, input: { subagent_type: general-purpose, description: ${description}, prompt: ${prompt}, run_in_background: ${isBackground} } }`;

const playbook = `name: p
replies:
  - when: { agent: primary, from: user, contains: errands }
    call:
${[call('Find auth code', 'quick', true), call('Fix tests', 'slow', true), call('Write docs', 'slow', true)].join('\n')}
  - when: { agent: primary, from: user, contains: in front }
    call:
${call('Fix tests', 'slow', false)}
  - when: { agent: primary, tool: Task }
    say: They are on their way.
  - when: { agent: primary, from: notification }
    say: 'Came back: {{notifications | first 1}}'
  - when: { agent: general-purpose, prompt: quick }
    say: the report of the quick one
    usage: { input: 900, output: 40 }
  - when: { agent: general-purpose, prompt: slow, contains: hurry }
    say: 'I hurried: the report of the slow one'
  - when: { agent: general-purpose, prompt: slow, step: 1 }
    say: I begin.
    usage: { input: 12000, output: 500 }
    call:
      - { tool: Glob, input: { pattern: "*.yaml" } }
  - when: { agent: general-purpose, prompt: slow }
    say: this takes long, and I tell of it as I go ${'on '.repeat(300)}
    chunk_chars: 4
    chunk_delay_ms: 400
default:
  say: 'heard: {{input}}'
`;

type Terminal = ReturnType<typeof startInTerminal>;

/** What has been pressed is done when it is seen: nothing is pressed into what is not there yet. */
async function openPanel(terminal: Terminal): Promise<void> {
  terminal.press('C-t');
  await terminal.sees(/enter open · s stop/);
}

async function machine() {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(cwd, 'p.yaml'), playbook);
  return { home, cwd, args: ['--model', 'playbook/p.yaml'] };
}

test('S34 three tasks of a playbook show as a group while they run', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'errands please'] });

  const shown = await terminal.sees(/Running 3 agents · 1 done[\s\S]*Glob\(\*\.yaml\)[\s\S]*Glob\(\*\.yaml\)/);

  expect(shown).toMatch(/● Running 3 agents · 1 done · 25\.9k tokens/);
  expect(shown).toMatch(/├─ ✓ Find auth code · general-purpose · 0 tool uses · 940 tokens/);
  expect(shown).toMatch(/├─ . Fix tests · (?:general-purpose · )?background · 1 tool use · 12\.5k tokens · \d/);
  expect(shown).toMatch(/└─ . Write docs/);
});

test('S36 the panel shows the tasks and what the selected one does; it is told something, is stopped, and opens at its report', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'errands please'] });
  await terminal.sees(/Running 3 agents · 1 done[\s\S]*Glob[\s\S]*Glob/);

  await openPanel(terminal);
  const panel = await terminal.sees(/3 tasks · 2 at work[\s\S]*\[tool\] Glob[\s\S]*this takes long/);
  terminal.press('G');
  await terminal.sees(/› ✓ Find auth code[\s\S]*the report of the quick one\n\[Task completed\]/);
  terminal.press('k', 's');
  await terminal.sees(/› ■ Fix tests.*stopped/);
  terminal.press('k', 'm');
  await terminal.sees(/to Write docs:/);
  terminal.type('hurry');
  terminal.press('Enter');
  await terminal.sees(/it reads your message at its next step/);
  terminal.press('G', 'Enter');
  const report = await terminal.sees(/Find auth code +end[\s\S]*✓ completed/);
  terminal.press('q');
  await terminal.sees(/enter open · s stop/);
  terminal.press('q');
  await terminal.sees(/Running \d agents?/);

  expect(panel).toMatch(/› . Write docs/);
  expect(report).toMatch(/✓ completed\n {2}the report of the quick one/);
});

test('S9 S36 Ctrl+B: the conversation goes on, the task too; restarted with -c the panel shows the same, and it can be told to go on', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'in front please'] });
  await terminal.sees(/Fix tests[\s\S]*Glob/);

  terminal.press('C-b');
  await terminal.sees(/1 task goes on in the background/);
  await terminal.sees(/They are on their way/);
  await openPanel(terminal);
  await terminal.sees(/› . Fix tests · general-purpose · background · 1 tool use/);
  terminal.press('s');
  await terminal.sees(/› ■ Fix tests/);
  terminal.press('q');
  await terminal.sees(/Ran|■ Fix tests/);
  terminal.press('C-d');
  await terminal.sees(/exit code 0/);

  const again = startInTerminal({ ...at, args: [...at.args, '-c'] });
  await again.sees(/They are on their way/);
  await openPanel(again);
  const shown = await again.sees(/1 task\n› ■ Fix tests · general-purpose · stopped[\s\S]*\[Task stopped\]/);
  again.press('m');
  await again.sees(/to Fix tests:/);
  again.type('hurry');
  again.press('Enter');
  await again.sees(/› ✓ Fix tests · general-purpose.*[\s\S]*I hurried: the report of the slow one/);

  expect(shown).toContain('[tool] Glob');
});

test('S15 Esc in the conversation interrupts it alone: what works in the background goes on, what it waits for stops with it', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'errands please'] });
  await terminal.sees(/They are on their way[\s\S]*Running 3 agents · 1 done/);
  terminal.type('in front please');
  terminal.press('Enter');
  await terminal.sees(/Running 4 agents · 1 done/);

  terminal.press('Escape');
  await terminal.sees(/interrupted; what runs in the background goes on/);

  const shown = await terminal.sees(/Running 4 agents · 1 done · 1 stopped/);
  expect(shown.match(/^ {2}[├└]─ [^✓■] (?:Fix tests|Write docs)/gm)).toHaveLength(2);
});

test('S15 Esc in the panel asks before it stops the selected task, and everything else goes on', async () => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'errands please'] });
  await terminal.sees(/They are on their way[\s\S]*Running 3 agents · 1 done/);
  await openPanel(terminal);

  terminal.press('Escape');
  await terminal.sees(/"Write docs" is at work\.[\s\S]*close the panel/);
  terminal.type('s');
  const shown = await terminal.sees(/› ■ Write docs/);

  expect(shown).toMatch(/ {2}[^✓■] Fix tests/);
  expect(shown).not.toContain('interrupted;');
});

test.each([
  ['k', /1 task kept at work by process (\d+)/, /[^■] Fix tests/],
  ['p', /1 task parked; they go on/, /[^■] Fix tests/],
  ['s', /1 task stopped\./, /■ Fix tests/],
] as const)('S17 leaving with a task at work asks, and does as it is told: %s', async (letter, said, later) => {
  const at = await machine();
  const terminal = startInTerminal({ ...at, args: [...at.args, 'in front please'] });
  await terminal.sees(/Fix tests[\s\S]*Glob/);
  terminal.press('C-b');
  await terminal.sees(/They are on their way/);

  terminal.press('C-d');
  await terminal.sees(/1 task is at work\.[\s\S]*keep working[\s\S]*park[\s\S]*stop/);
  terminal.type(letter);
  const left = await terminal.sees(/exit code 0/);
  const [, pid] = said.exec(left) ?? [];
  if (pid !== undefined) onTestFinished(() => void process.kill(Number(pid), 'SIGKILL'));
  const again = startInTerminal({ ...at, args: [...at.args, '-c'] });
  await again.sees(/They are on their way/);
  await openPanel(again);

  expect(left).toMatch(said);
  await again.sees(later);
});
