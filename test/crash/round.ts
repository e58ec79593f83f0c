import type { Message } from '../../src/models/model.ts';
import { type Evidence, gather, isInLog, processesIn } from './evidence.ts';
import { entriesOf, judge, soundness } from './judge.ts';
import type { KillPoint } from './points.ts';
import { type Problem, problem } from './problem.ts';
import { createPlaybook, prompts } from './scenario.ts';
import { createWorld, type Driver, type World } from './world.ts';

export type RoundResult = {
  /** The points at which a process was killed; one beyond the end of the scenario kills nothing. */
  readonly killed: readonly KillPoint[];
  readonly problems: readonly Problem[];
};

const says = prompts.flatMap(text => ['--say', text]);
/** Far more than a start takes on any machine: what is not over then is waiting for something that never comes. */
const patienceMs = 60_000;

/** Runs the scenario, killing one process after the other at the given points, then to its end, and judges what is left. */
export async function runRound(points: readonly KillPoint[], delayMs: () => number = () => 0): Promise<RoundResult> {
  const world = await createWorld(createPlaybook(delayMs));
  const problems: Problem[] = [];
  const killed: KillPoint[] = [];
  try {
    for (const point of points) {
      const driver = startTowards(world, point);
      const end = await endOf(driver);
      if (end.isKilled) killed.push(point);
      else if (end.wrong !== undefined) problems.push(end.wrong);
      const evidence = await gather(world);
      problems.push(...(evidence ? soundness(evidence) : []), ...lost(evidence, driver));
      problems.push(...repeatedRequests(world, evidence));
      if (!end.isKilled) break;
    }
    const last = world.start(says);
    const { wrong } = await endOf(last);
    if (wrong !== undefined) problems.push(wrong);
    const evidence = await gather(world);
    problems.push(...lost(evidence, last), ...(evidence ? judge(evidence) : [problem('lost', 'there is no chat')]));
    problems.push(...repeatedRequests(world, evidence), ...refusedRequests(world));
    problems.push(...(await processesIn(world)).map(one => problem('leftover', `a process was left behind: ${one}`)));
    return { killed, problems };
  } finally {
    await world.dispose();
  }
}

async function endOf(driver: Driver): Promise<{ isKilled: boolean; wrong?: Problem }> {
  let isStuck = false;
  const guard = setTimeout(() => {
    isStuck = true;
    driver.process.kill('SIGKILL');
  }, patienceMs);
  const { signal, code, errors } = await driver.ended;
  clearTimeout(guard);
  if (isStuck) return { isKilled: false, wrong: problem('unwoken', `the driver was not done after ${patienceMs} ms`) };
  // What runs under strace ends with 128 and the signal.
  if (signal === 'SIGKILL' || code === 137) return { isKilled: true };
  if (code === 0) return { isKilled: false };
  return { isKilled: false, wrong: problem('broken', `the driver ended with ${code ?? signal}: ${errors}`) };
}

function startTowards(world: World, point: KillPoint): Driver {
  switch (point.at) {
    case 'entry':
      return world.start([...says, '--die-at-entry', `${point.n}`]);
    case 'type':
      return world.start([...says, '--die-on', `${point.type}=${point.n}`]);
    case 'inside':
      return world.start([...says, '--die-inside', `${point.method}=${point.n}`]);
    case 'request':
    case 'reply':
      return killAtRequest(world, point);
    default:
      return world.start(says, underStrace(point.at, `signal=KILL:when=${point.n}`));
  }
}

/** A command in front of another: does to calls of the kernel what `inject` says; see strace(1). */
export function underStrace(calls: string, inject: string): string[] {
  const how = ['-f', '-qq', '-o', '/dev/null'];
  return ['strace', ...how, '-e', `trace=${calls}`, '-e', `inject=${calls}:${inject}`];
}

/** Looks every millisecond while the process lives. */
function killAtRequest(world: World, { at, n }: Extract<KillPoint, { at: 'request' | 'reply' }>): Driver {
  const before = world.server.requests.length;
  const driver = world.start(says);
  const timer = setInterval(() => {
    const own = world.server.requests.slice(before);
    const reached = at === 'request' ? own : own.filter(request => request.outcome !== undefined);
    if (reached.length >= n) driver.process.kill('SIGKILL');
  }, 1);
  const stop = () => clearInterval(timer);
  driver.ended.then(stop, stop);
  return driver;
}

/** Whatever a process had said is in the log is there. */
function lost(evidence: Evidence | undefined, driver: Driver): Problem[] {
  return driver.said.flatMap(said => {
    if (said.kind === 'entry' && !isInLog(evidence?.entries ?? [], said.entry))
      return [problem('lost', `an entry was announced and is not in the log: ${JSON.stringify(said.entry)}`)];
    if (said.kind === 'sent' && !evidence?.inbox.some(row => row.id === said.inboxId))
      return [problem('lost', `input ${said.inboxId} was acknowledged and is gone`)];
    return [];
  });
}

/**
 * An answer that stands in the log is not asked for again. In each lane, the kth different request is the one that the kth answer is of; it may
 * be asked again only as long as that answer is not committed, so at most the last of them can have been repeated by each kill. What came into the
 * inbox meanwhile goes with it then.
 */
function repeatedRequests(world: World, evidence: Evidence | undefined): Problem[] {
  const problems: Problem[] = [];
  for (const [lane, bodies] of requestsByLane(world)) {
    const answers = evidence ? entriesOf(laneEntries(evidence, lane), 'model:answered').length : 0;
    const asked = [...new Set(bodies)];
    const distinct = asked.filter(body => !asked.some(other => other !== body && isAskedAgainBy(body, other)));
    if (distinct.length < answers)
      problems.push(problem('doubled', `${lane}: ${answers} answers to ${distinct.length} requests`));
    if (distinct.length > answers + 1)
      problems.push(problem('lost', `${lane}: ${distinct.length} requests for ${answers} answers`));
    // A request that came back after a later one had been made was asked again although its answer was known.
    bodies.forEach((body, index) => {
      const place = asked.indexOf(body);
      const latest = Math.max(...bodies.slice(0, index).map(one => asked.indexOf(one)), 0);
      if (place < latest)
        problems.push(problem('doubled', `${lane}: request ${place + 1} was made again after request ${latest + 1}`));
    });
  }
  return problems;
}

/** Whether the other request is the same one with more of what was said to the lane, and no answer between. */
function isAskedAgainBy(body: string, other: string): boolean {
  const before: Message[] = JSON.parse(body);
  const after: Message[] = JSON.parse(other);
  const last = before.length - 1;
  const added = after.slice(last);
  return (
    JSON.stringify(before.slice(0, last)) === JSON.stringify(after.slice(0, last)) &&
    added.length > 0 &&
    added.slice(1).every(({ role }) => role === 'user') &&
    (JSON.stringify(before[last]) === JSON.stringify(added[0]) || saysMore(before[last], added[0]))
  );
}

function saysMore(before: Message | undefined, after: Message | undefined): boolean {
  return before?.role === 'user' && after?.role === 'user' && after.text.startsWith(before.text);
}

function refusedRequests(world: World): Problem[] {
  return world.server.requests
    .filter(({ outcome }) => outcome !== 200 && outcome !== 'aborted' && outcome !== undefined)
    .map(({ outcome, body }) =>
      problem('broken', `the model server refused a request with ${outcome}: ${JSON.stringify(body)}`),
    );
}

function requestsByLane(world: World): Map<string, string[]> {
  const bodies = world.server.requests.flatMap(({ request }) => (request ? [request.messages] : []));
  const lanes = Map.groupBy(bodies, messages => messages.find(message => message.role === 'user')?.text ?? '');
  return new Map([...lanes].map(([lane, all]) => [lane, all.map(messages => JSON.stringify(messages))]));
}

function laneEntries(evidence: Evidence, firstText: string) {
  const task = evidence.tasks.find(one => one.prompt === firstText);
  return evidence.entries.filter(entry => entry.lane === (task?.id ?? 'main'));
}
