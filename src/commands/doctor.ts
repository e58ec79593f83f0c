import { type Command, Option } from 'commander';
import { AppError, isFault, messageOf } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import { testModel } from '../models/test-model.ts';
import { type Finding, findings } from '../tasks/findings.ts';
import type { Program } from '../tasks/program.ts';
import { collect, positiveNumber, positiveWholeNumber, wholeNumber } from './arguments.ts';
import type { CommandContext } from './command.ts';
import type { ChaosFlags } from './doctor/chaos.ts';
import { newCommand, withExamples } from './new-command.ts';
import { painter, printJson } from './output.ts';

type Given = ChaosFlags & { online?: boolean; chaos?: boolean; limits?: boolean; chaosActor?: string };

/** `legwork doctor`: what this installation stands on, and what is broken. */
export function doctorCommand(context: CommandContext): Command {
  const command = newCommand(
    context.io,
    'doctor',
    'Look at what this installation stands on; exit code 1 when something is broken.',
  )
    .option('--online', 'ask the model too whether it answers')
    .option('--json', 'print an object')
    .option('--limits', 'print every limit: its value, the setting that changes it, and where it was changed')
    .option('--chaos', 'rehearse your agents under crashes and faults, offline, on a store of its own')
    .option('--playbook <file>', 'with --chaos: what plays the model; default: a script that sends every agent')
    .option('--say <text>', 'with --chaos: what a person says; repeatable', collect)
    .option('--seed <n>', 'with --chaos: play the same again', wholeNumber)
    .option('--rounds <n>', 'with --chaos: stores that are worked on and crashed; 5 by default', positiveWholeNumber)
    .option('--minutes <n>', 'with --chaos: go on for so long', positiveNumber)
    .option('--workspace <dir>', 'with --chaos: work in a copy of this folder instead of an empty one')
    .option('--allow <rule>', 'with --chaos: allow uses of a tool, e.g. "Bash(npm test)"; repeatable', collect)
    .addOption(new Option('--chaos-actor <plan>').hideHelp());
  return withExamples(command, [
    ['legwork doctor --online', ''],
    ['legwork doctor --chaos --minutes 5', 'exit code 1 when anything was lost, doubled, unwoken or leaked'],
    ['legwork doctor --limits', ''],
    ['legwork doctor --json | jq \'.checks[] | select(.level != "ok")\'', ''],
  ]).action(async (given: Given) => {
    if (given.chaosActor !== undefined) {
      const { chaosActor } = await import('./doctor/chaos-actor.ts');
      return chaosActor(context, given.chaosActor, given.allow ?? []);
    }
    checkTogether(given);
    if (given.limits) return (await import('./doctor/limits.ts')).showLimits(context, given);
    if (given.chaos) return (await import('./doctor/chaos.ts')).chaos(context, given);
    const opened = await tryOpen(context);
    const found = opened.kind === 'broken' ? [opened.finding] : await look(opened.program, given, context.signal);
    const isOk = found.every(finding => finding.level !== 'broken');
    if (given.json) await printJson(context.io, { ok: isOk, checks: found });
    else await context.io.out(drawn(found, context, opened.kind === 'open' ? opened.program : undefined));
    if (!isOk) context.exit(1);
  });
}

function look(program: Program, { online }: Given, signal: AbortSignal): Promise<Finding[]> {
  const { models, clock } = program.base;
  return online ? findings(program, handle => testModel(models, handle, clock, signal)) : findings(program);
}

const ofChaos = ['playbook', 'say', 'seed', 'rounds', 'minutes', 'workspace', 'allow'] as const;

/** An option that would have no effect is refused: whoever forgot `--chaos` would take the plain look for a rehearsal. */
function checkTogether(given: Given): void {
  const looks = (['online', 'limits', 'chaos'] as const).filter(name => given[name]);
  if (looks.length > 1) throw new AppError('usage', `--${looks.join(' and --')} cannot be given together`);
  const stray = ofChaos.find(name => given[name] !== undefined);
  if (stray !== undefined && !given.chaos) throw new AppError('usage', `--${stray} needs --chaos`);
}

/** Settings or a store that cannot be used are findings, not the end of the look. */
async function tryOpen(
  context: CommandContext,
): Promise<{ kind: 'open'; program: Program } | { kind: 'broken'; finding: Finding }> {
  try {
    return { kind: 'open', program: await context.open() };
  } catch (error) {
    if (!isFault(error)) throw error;
    const check = error.fault === 'store' ? 'store' : 'settings';
    return { kind: 'broken', finding: { check, level: 'broken', detail: messageOf(error) } };
  }
}

function drawn(found: readonly Finding[], { io }: CommandContext, program: Program | undefined): string {
  const chalk = painter(io, { color: program?.color ?? 'never' });
  const marks = { ok: chalk.green('ok    '), warning: chalk.yellow('warn  '), broken: chalk.red('broken') };
  const width = Math.max(...found.map(({ check }) => check.length));
  return found
    .map(({ check, level, detail }) => `${marks[level]}  ${check.padEnd(width)}  ${printable(detail)}\n`)
    .join('');
}
