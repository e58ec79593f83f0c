import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
  - when: { agent: general-purpose, prompt: slow, step: 1 }
    say: I begin.
    usage: { input: 12000, output: 500 }
    call:
      - { tool: Glob, input: { pattern: "*.yaml" } }
  - when: { agent: general-purpose, prompt: slow, contains: hurry }
    say: 'I hurried: the report of the slow one'
  - when: { agent: general-purpose, prompt: slow }
    say: this takes long, and I tell of it as I go ${'on '.repeat(300)}
    chunk_chars: 4
    chunk_delay_ms: 400
default:
  say: 'heard: {{input}}'
`;

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
