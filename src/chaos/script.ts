import type { AgentDefinition } from '../core/agent.ts';
import { limits } from '../core/limits.ts';
import type { Playbook } from '../models/playbook/playbook.ts';

/** What a person says to the script below. */
export const scriptPrompts = ['Send everybody', 'Thanks, write it down'];

/**
 * A playbook (JSON is YAML) that works through every agent definition: the primary agent sends each in the background; each looks around,
 * writes where it may, sends a child where it may, and reports.
 */
export function scriptFor(agents: readonly AgentDefinition[]): string {
  const sent = agents.slice(0, limits.chaosAgents);
  const child = sent.find(agent => !mayUse(agent, 'Task')) ?? sent[0];
  return JSON.stringify({
    name: 'chaos',
    replies: [
      {
        when: { agent: 'primary', from: 'user', contains: scriptPrompts[0] },
        say: 'I send everybody.',
        call: sent.map(({ name }) => task(name, `Rehearse as ${name}`)),
      },
      {
        when: { agent: 'primary', from: 'user', contains: scriptPrompts[1] },
        say: 'Gladly.',
        call: [{ tool: 'Write', input: { file_path: 'summary.txt', content: '{{reports | count}} lines\n' } }],
      },
      { when: { agent: 'primary', tool: 'Write' }, say: 'It is written down.' },
      { when: { agent: 'primary', tool: 'Task' }, say: 'All are at work.' },
      { when: { agent: 'primary', from: 'notification' }, say: 'Back so far: {{report_count}}.' },
      ...sent.flatMap(agent => [
        { when: { prompt: 'Rehearse as a child', step: 1 }, say: 'I look.', call: [look] },
        {
          when: { agent: agent.name, prompt: 'Rehearse as', step: 1 },
          say: `I am ${agent.name} and look around.`,
          call: [look, ...(child && mayUse(agent, 'Task') ? [task(child.name, 'Rehearse as a child')] : [])],
        },
        {
          when: { agent: agent.name, prompt: 'Rehearse as', step: 2 },
          say: 'I go on.',
          call: mayUse(agent, 'Write') ? [note(agent.name)] : [look],
        },
      ]),
    ],
    default: { say: 'Report: {{prompt | first 1 | cut 80}}, step {{step}}.' },
  });
}

const look = { tool: 'Glob', input: { pattern: '*' } };
const note = (name: string) => ({ tool: 'Write', input: { file_path: `${name}.txt`, content: 'rehearsed\n' } });
const task = (type: string, prompt: string) => ({
  tool: 'Task',
  input: { subagent_type: type, description: `${prompt} now`, prompt, run_in_background: true },
});

function mayUse({ tools, disallowedTools }: AgentDefinition, tool: string): boolean {
  return (tools === 'all' || tools.includes(tool)) && !disallowedTools.includes(tool);
}

/** What a person could say to a playbook: the words by which its first reply to a person is found. Undefined when it asks for none. */
export function promptOf({ rules }: Playbook): string | undefined {
  return rules.find(
    ({ when }) =>
      when.contains !== undefined &&
      (when.agent ?? 'primary') === 'primary' &&
      (when.from ?? 'user') === 'user' &&
      when.tool === undefined,
  )?.when.contains;
}
