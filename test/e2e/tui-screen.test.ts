import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Terminal } from '@xterm/headless';
import { expect, onTestFinished, test } from 'vitest';
import { builtProgram } from '../fakes/built-program.ts';
import { type Pty, startInPty } from '../fakes/pty.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

/** How long subagents are watched; ten minutes by hand with LEGWORK_TEST_SCREEN_S=600. */
const seconds = Number(process.env.LEGWORK_TEST_SCREEN_S ?? 5);
const subagents = 50;

const playbook = {
  name: 'screen',
  replies: [
    {
      when: { agent: 'primary', from: 'user', contains: 'send' },
      say: 'I send them.',
      call: Array.from({ length: subagents }, (_, index) => ({
        tool: 'Task',
        input: {
          subagent_type: 'explore',
          prompt: `part ${index}`,
          description: `Part ${index}`,
          run_in_background: true,
        },
      })),
    },
    { when: { agent: 'explore' }, say: 'word '.repeat(100_000), chunk_chars: 25, chunk_delay_ms: 100 },
    { when: { agent: 'primary', from: 'user', contains: 'say' }, say: 'Said: {{input}}\n\n- **one**\n- two' },
  ],
  default: { say: 'They are at work.' },
};

async function begin(): Promise<Pty> {
  const root = await temporaryDirectory();
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(cwd, 'p.yaml'), JSON.stringify(playbook));
  const env = {
    HOME: home,
    LEGWORK_HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  };
  const pty = startInPty({ cwd, env, args: [builtProgram, '--model', 'playbook/p.yaml', '--on-exit', 'stop'] });
  onTestFinished(pty.end);
  await pty.sees(/p\.yaml/);
  return pty;
}

/** What a terminal of that size holds after those bytes, scrolled away or not. */
async function replayed(bytes: string): Promise<string[]> {
  const terminal = new Terminal({ cols: 100, rows: 40, scrollback: 100_000, allowProposedApi: true });
  await new Promise<void>(resolve => terminal.write(bytes, resolve));
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
}

test(`S37 with ${subagents} subagents at work the screen is never cleared, and what has scrolled away stands there once`, async () => {
  const pty = await begin();
  pty.write('send them\r');
  await pty.sees(/They are at work/);

  const end = performance.now() + seconds * 1_000;
  let said = 0;
  while (performance.now() < end) {
    said += 1;
    const from = pty.output().length;
    pty.write(`say ${said}.\r`);
    await pty.sees(new RegExp(`Said: say ${said}\\.`), from);
  }
  const bytes = pty.output();
  const rows = await replayed(bytes);

  expect(bytes).not.toMatch(/\u001b\[[23]J|\u001bc|\u001b\[\?(?:47|1047|1049)h/);
  for (let count = 1; count <= said; count++) {
    expect(rows.filter(row => row === `Said: say ${count}.`)).toHaveLength(1);
    expect(rows.filter(row => row === `> say ${count}.`)).toHaveLength(1);
  }
  expect(rows.filter(row => row.startsWith('• one'))).toHaveLength(said);
  expect(rows.filter(row => /Running 50 agents/.test(row))).toHaveLength(1);
});

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('R17 %s in a conversation gives the terminal its modes back; exit code %i', async (signal, code) => {
  const pty = await begin();
  pty.write('send them\r');
  await pty.sees(/They are at work/);
  const from = pty.output().length;

  process.kill(await pty.pid(), signal);
  const exitCode = await pty.closed;

  const left = pty.output().slice(from);
  expect(exitCode).toBe(code);
  expect(left).toContain('\u001b[?2004l');
  expect(left.lastIndexOf('\u001b[?25h')).toBeGreaterThan(left.lastIndexOf('\u001b[?25l'));
});

test('R17 Ctrl+C twice leaves; its modes are back, and how to go on is said', async () => {
  const pty = await begin();
  pty.write('say hello\r');
  await pty.sees(/Said: say hello/);
  const from = pty.output().length;

  pty.write('\u0003');
  await pty.sees(/again leaves/, from);
  pty.write('\u0003');
  const exitCode = await pty.closed;

  expect(exitCode).toBe(0);
  expect(pty.output().slice(from)).toContain('\u001b[?2004l');
  expect(await replayed(pty.output())).toContain('Go on with: legwork -c');
});
