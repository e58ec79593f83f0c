import { problemLine } from '../../agents/report.ts';
import type { AgentDefinition, DefinitionProblem } from '../../core/agent.ts';
import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import { pairRows } from '../../terminal/pairs.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Desk } from '../desk.ts';
import { openText } from '../reader/open-text.ts';
import { pick } from './pick.ts';
import type { Item } from './picker.ts';

type Listed =
  | { readonly kind: 'agent'; readonly agent: AgentDefinition }
  | { readonly kind: 'problem'; readonly problem: DefinitionProblem };

/** The subagents there are, and what is wrong with files that hold none (S30); Enter shows one as a whole. */
export async function pickAgent(desk: Desk): Promise<void> {
  const { agents, problems } = await desk.program.base.agents.refresh();
  const items: Item<Listed>[] = [
    ...problems.map(problem => ({ value: { kind: 'problem', problem } as const, label: problemLine(problem) })),
    ...agents.map(agent => ({
      value: { kind: 'agent', agent } as const,
      label: visible(agent.name),
      hint: visible(agent.description.replaceAll('\n', ' ')),
    })),
  ];
  pick<Listed>(desk, {
    title: 'Subagents',
    items,
    empty: 'there is none',
    choose: listed => openText(desk, { title: titleOf(listed), lines: wholeOf(listed).split('\n') }),
    preview: (listed, look) =>
      listed.kind === 'agent' ? factRows(listed.agent, look) : rowsOf(problemLine(listed.problem), look.columns),
  });
}

function titleOf(listed: Listed): string {
  return listed.kind === 'agent' ? visible(listed.agent.name) : visible(listed.problem.path);
}

function wholeOf(listed: Listed): string {
  if (listed.kind === 'problem') return problemLine(listed.problem);
  const { description, prompt, source } = listed.agent;
  return [`${description}\n`, `from ${source.path}\n`, prompt].join('\n');
}

function factRows({ description, model, tools, source, context, background }: AgentDefinition, look: Look): string[] {
  const facts = pairRows(
    [
      ['from', source.kind === 'built-in' ? 'built in' : source.path],
      ['model', model],
      ['tools', tools === 'all' ? 'all' : tools.join(', ')],
      ...(context === undefined ? [] : [['context', context] as const]),
      ...(background === undefined ? [] : [['background', background ? 'yes' : 'no'] as const]),
    ],
    look,
  );
  return [...rowsOf(description, look.columns), ...facts];
}
