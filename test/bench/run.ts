import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { optionsOf, refuse } from '../command-line.ts';
import { benchNotify, benchResume } from './chat.ts';
import { benchCrowd } from './crowd.ts';
import { benchLoad } from './load.ts';
import { benchRecovery } from './recovery.ts';
import { benchSnapshot } from './snapshot.ts';
import { benchStart } from './start.ts';
import { benchStore } from './store.ts';
import { benchSubagents } from './subagent.ts';
import { targets } from './targets.ts';
import { benchTerminal } from './terminal.ts';

/**
 * `npm run bench [-- [name…] [--update]]`: runs all benches but the long ones, or those that are named, and prints their figures beside their targets and those of the
 * last kept run. Nothing fails and nothing is written; `--update` keeps the figures in baselines.json.
 */
type Figures = Record<string, number>;

const benches: Record<string, () => Promise<Figures>> = {
  start: benchStart,
  subagent: benchSubagents,
  store: benchStore,
  resume: benchResume,
  notify: benchNotify,
  recovery: benchRecovery,
  terminal: benchTerminal,
};
/** Minutes each: run only when they are named. */
const longBenches: typeof benches = {
  load: benchLoad,
  crowd: benchCrowd,
  snapshot: benchSnapshot,
};
/** Share by which a figure may be worse than the kept one without a mark. */
const tolerance = 0.15;
const baselinesFile = join(import.meta.dirname, 'baselines.json');

const { values, positionals } = optionsOf({ allowPositionals: true, options: { update: { type: 'boolean' } } });
const known = { ...benches, ...longBenches };
const unknown = positionals.filter(name => !Object.hasOwn(known, name));
if (unknown.length > 0) refuse(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}.`);
const baselines: Record<string, Figures> = await readBaselines();
console.log(`Node ${process.version}, ${availableParallelism()} cores`);
for (const [name, bench] of Object.entries(positionals.length > 0 ? known : benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const figures = await bench();
  console.log(`\n${name}`);
  for (const [figure, value] of Object.entries(figures)) console.log(lineOf(name, figure, value));
  baselines[name] = Object.fromEntries(Object.entries(figures).map(([figure, value]) => [figure, round(value)]));
}
if (values.update) await writeFile(baselinesFile, `${JSON.stringify(baselines, null, 2)}\n`);

function lineOf(bench: string, figure: string, value: number): string {
  const before = baselines[bench]?.[figure];
  const target = targets[`${bench}.${figure}`];
  const isMore = figure.endsWith('_per_s');
  const isWorse =
    before !== undefined && (isMore ? value < before * (1 - tolerance) : value > before * (1 + tolerance));
  const isMissed = target !== undefined && (isMore ? value < target : value > target);
  const notes = [
    target === undefined ? '' : `target ${isMore ? '≥' : '≤'} ${target}${isMissed ? ', MISSED' : ''}`,
    before === undefined ? '' : `was ${before}${isWorse && !figure.includes('reference') ? ', WORSE' : ''}`,
  ];
  return `  ${figure.padEnd(36)}${String(round(value)).padStart(12)}   ${notes.filter(Boolean).join('; ')}`;
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

async function readBaselines(): Promise<Record<string, Figures>> {
  try {
    return JSON.parse(await readFile(baselinesFile, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
