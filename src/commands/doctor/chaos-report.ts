import type { ChalkInstance } from 'chalk';
import type { ChaosReport } from '../../chaos/chaos.ts';
import type { Part } from '../../chaos/part.ts';
import { printable } from '../../core/printable.ts';
import { fields } from '../output.ts';

type Shown = {
  readonly report: ChaosReport;
  readonly part: Part;
  readonly agents: readonly string[];
  /** The command line that plays the same again. */
  readonly again: string;
};

const faults = ['lost', 'doubled', 'unwoken', 'leaked', 'broken'] as const;

export function isGood(report: ChaosReport): boolean {
  return faults.every(name => report[name].length === 0);
}

export function chaosText({ report, part, agents, again }: Shown, chalk: ChalkInstance): string {
  const { tally } = report;
  const count = (list: readonly string[], what: string) =>
    (list.length > 0 ? chalk.red : chalk.green)(`${list.length} ${what}`);
  const seconds = Math.round(report.durationMs / 1000);
  const rows = [
    [
      'played',
      `${printable(part.name)}, ${agents.length} agents, ${report.rounds} rounds in ${seconds} s, seed ${report.seed}`,
    ],
    ['crashes', `${tally.crashes} of ${tally.processes} processes were killed`],
    [
      'faults',
      `${tally.dropped} dropped connections, ${tally.throttled} × 429, ${tally.slowAnswers} slow answers, ${tally.slowTools} slow tools`,
    ],
    ['tasks', `${tally.tasks} run, ${tally.completed} completed`],
    [
      'notifications',
      `${tally.delivered} delivered, ${count(report.lost, 'lost')}, ${count(report.doubled, 'doubled')}`,
    ],
    ['wake-ups', count(report.unwoken, 'lost')],
    ['steps', `${tally.steps}, ${tally.repeatedSteps} asked again after a crash`],
    [
      'calls',
      `${tally.calls}: ${tally.repeatedCalls} in flight were repeated (they only read), ${tally.unknownCalls} told as "outcome unknown", ${tally.deniedCalls} denied`,
    ],
    [
      'leaks',
      `${count(report.leaked, 'found')}; ${Math.round(report.heapPerChatBytes / 1024)} KB of memory for each chat`,
    ],
    [
      'cost',
      `${tally.tokens} tokens${tally.usd > 0 ? ` ($${tally.usd.toFixed(4)})` : ''}, and ${tally.repeatedTokens} for answers that were lost with their process`,
    ],
  ] as const;
  const found = faults.flatMap(name =>
    report[name].slice(0, 10).map(text => `${chalk.red(name)}: ${printable(text)}\n`),
  );
  const kept = report.kept.map(folder => `kept to look at: ${folder}\n`);
  const remarks = report.remarks.map(text => `${chalk.yellow('note')}: ${printable(text)}\n`);
  const verdict = isGood(report) ? 'Nothing was lost, doubled, unwoken or leaked.' : 'Something went wrong.';
  return [
    fields(rows),
    ...found,
    ...remarks,
    ...kept,
    `${verdict} To play the same again:\n  ${printable(again)}\n`,
  ].join('');
}

/** The shape of `--json`: a key that is here stays. */
export function chaosJson({ report, part, agents, again }: Shown) {
  const { tally } = report;
  return {
    ok: isGood(report),
    seed: report.seed,
    rounds: report.rounds,
    duration_ms: Math.round(report.durationMs),
    part: part.name,
    prompts: part.prompts,
    agents,
    processes: tally.processes,
    crashes: tally.crashes,
    faults: {
      dropped_connections: tally.dropped,
      throttled: tally.throttled,
      slow_answers: tally.slowAnswers,
      slow_tools: tally.slowTools,
    },
    tasks: { run: tally.tasks, completed: tally.completed },
    notifications_delivered: tally.delivered,
    steps: { answered: tally.steps, asked_again: tally.repeatedSteps },
    calls: {
      run: tally.calls,
      repeated: tally.repeatedCalls,
      outcome_unknown: tally.unknownCalls,
      denied: tally.deniedCalls,
    },
    cost: { tokens: tally.tokens, usd: tally.usd > 0 ? tally.usd : null, lost_tokens: tally.repeatedTokens },
    heap_per_chat_bytes: Math.round(report.heapPerChatBytes),
    lost: report.lost,
    doubled: report.doubled,
    unwoken: report.unwoken,
    leaked: report.leaked,
    broken: report.broken,
    remarks: report.remarks,
    kept: report.kept,
    again,
  };
}
