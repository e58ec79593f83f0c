import { type ChaosReport, runChaos } from '../../chaos/chaos.ts';
import { choosePart } from '../../chaos/part.ts';
import type { Ground } from '../../core/ground.ts';
import { limits } from '../../core/limits.ts';
import { toolNames } from '../../core/tool-names.ts';
import { parseRule } from '../../permissions/rule.ts';
import type { CommandContext } from '../command.ts';
import { painter, printJson } from '../output.ts';
import { chaosJson, chaosText, isGood } from './chaos-report.ts';

export type ChaosFlags = {
  readonly playbook?: string;
  readonly say?: readonly string[];
  readonly seed?: number;
  readonly rounds?: number;
  readonly minutes?: number;
  readonly workspace?: string;
  readonly allow?: readonly string[];
  readonly json?: boolean;
};

/** Rehearses the user's agents and playbook under crashes and faults, on stores of its own. Exit code 1 when anything was lost, doubled, unwoken or leaked. */
export async function chaos(context: CommandContext, flags: ChaosFlags): Promise<void> {
  const { io, signal } = context;
  const ground = await context.ground();
  checkRules(ground, flags.allow ?? []);
  const { agents } = await ground.agents.refresh();
  const part = await choosePart(ground, flags, agents);
  const rounds = flags.rounds ?? (flags.minutes === undefined ? limits.chaosRounds : 1);
  const show = io.isErrTerminal && !flags.json;
  const report = await runChaos(ground, {
    part,
    model: ground.model ?? 'playbook/rehearsal',
    seed: flags.seed ?? ground.newSeed(),
    rounds,
    untilMs: (flags.minutes ?? 0) * 60_000,
    workspace: flags.workspace,
    args: (flags.allow ?? []).flatMap(rule => ['--allow', rule]),
    signal,
    onRound: number => show && io.err(`\rround ${number} … `),
  });
  if (show) io.err('\r\u001b[K');
  const shown = { report, part, agents: agents.map(agent => agent.name), again: repeatLine(report, flags) };
  if (flags.json) await printJson(io, chaosJson(shown));
  else await io.out(chaosText(shown, painter(io, ground)));
  if (!isGood(report)) context.exit(1);
}

/** A rule that cannot be read would otherwise look like a process that broke. */
function checkRules({ workspace, home }: Ground, rules: readonly string[]): void {
  for (const rule of rules)
    parseRule('allow', rule, { source: '--allow', folder: workspace, home, knownTools: toolNames });
}

function repeatLine({ seed, rounds }: ChaosReport, flags: ChaosFlags): string {
  const words = ['legwork', 'doctor', '--chaos', '--seed', `${seed}`, '--rounds', `${rounds}`];
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  if (flags.playbook !== undefined) words.push('--playbook', quoted(flags.playbook));
  if (flags.workspace !== undefined) words.push('--workspace', quoted(flags.workspace));
  for (const text of flags.say ?? []) words.push('--say', quoted(text));
  for (const rule of flags.allow ?? []) words.push('--allow', quoted(rule));
  return words.join(' ');
}
