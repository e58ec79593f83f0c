import { type Evidence, gather, isInLog, processesIn } from './evidence.ts';
import { entriesOf, judge, soundness } from './judge.ts';
import { playbook, prompts } from './scenario.ts';
import { createWorld, type Driver, type World } from './world.ts';

/** Where a process is killed. Numbers count from 1. */
export type KillPoint =
  /** Right after its nth committed entry. */
  | { readonly at: 'entry'; readonly n: number }
  /** Right after its nth committed entry of that type. */
  | { readonly at: 'type'; readonly type: string; readonly n: number }
  /** On entering its nth call of the kernel with that name, which then does not happen. */
  | { readonly at: 'pwrite64' | 'fsync' | 'write'; readonly n: number }
  /** When its nth request has come to the model server, or the nth answer has gone out. */
  | { readonly at: 'request' | 'reply'; readonly n: number };

export type RoundResult = {
  /** How many of the kills happened; a point beyond the end of the scenario kills nothing. */
  readonly kills: number;
  readonly problems: readonly string[];
};

const says = prompts.flatMap(text => ['--say', text]);

/** Runs the scenario, killing one process after the other at the given points, then to its end, and judges what is left. */
export async function runRound(points: readonly KillPoint[]): Promise<RoundResult> {
  const world = await createWorld(playbook);
  const problems: string[] = [];
  let kills = 0;
  try {
    for (const point of points) {
      const driver = await runTo(world, point);
      const { signal, code, errors } = await driver.ended;
      const isKilled = signal === 'SIGKILL' || code === 137;
      if (isKilled) kills += 1;
      else if (code !== 0) problems.push(`the driver ended with ${code ?? signal}: ${errors}`);
      const evidence = await gather(world);
      problems.push(...(evidence ? soundness(evidence) : []), ...lost(evidence, driver));
      problems.push(...repeatedRequests(world, evidence));
      if (!isKilled) break;
    }
    const last = world.start(says);
    const { code, signal, errors } = await last.ended;
    if (code !== 0) problems.push(`the last driver ended with ${code ?? signal}: ${errors}`);
    const evidence = await gather(world);
    problems.push(...lost(evidence, last), ...(evidence ? judge(evidence) : ['there is no chat']));
    problems.push(...repeatedRequests(world, evidence), ...refusedRequests(world));
    problems.push(...(await processesIn(world)).map(process => `a process was left behind: ${process}`));
    return { kills, problems };
  } finally {
    await world.dispose();
  }
}

async function runTo(world: World, point: KillPoint): Promise<Driver> {
  switch (point.at) {
    case 'entry':
      return world.start([...says, '--die-at-entry', `${point.n}`]);
    case 'type':
      return world.start([...says, '--die-on', `${point.type}=${point.n}`]);
    case 'request':
    case 'reply':
      return killAtRequest(world, point);
    default: {
      const inject = `inject=${point.at}:signal=KILL:when=${point.n}`;
      return world.start(says, ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${point.at}`, '-e', inject]);
    }
  }
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
function lost(evidence: Evidence | undefined, driver: Driver): string[] {
  return driver.said.flatMap(said => {
    if (said.kind === 'entry' && !isInLog(evidence?.entries ?? [], said.entry))
      return [`entry ${said.entry.seq} was announced and is not in the log: ${JSON.stringify(said.entry)}`];
    if (said.kind === 'sent' && !evidence?.inbox.some(row => row.id === said.inboxId))
      return [`input ${said.inboxId} was acknowledged and is gone`];
    return [];
  });
}

/**
 * An answer that stands in the log is not asked for again. In each lane, the kth different request is the one that the kth answer is of; it may
 * be asked again only as long as that answer is not committed, so at most the last of them can have been repeated by each kill.
 */
function repeatedRequests(world: World, evidence: Evidence | undefined): string[] {
  const problems: string[] = [];
  for (const [lane, bodies] of requestsByLane(world)) {
    const answers = evidence ? entriesOf(laneEntries(evidence, lane), 'model:answered').length : 0;
    const distinct = [...new Set(bodies)];
    if (distinct.length < answers) problems.push(`${lane}: ${answers} answers to ${distinct.length} requests`);
    if (distinct.length > answers + 1) problems.push(`${lane}: ${distinct.length} requests for ${answers} answers`);
    // A request that came back after a later one had been made was asked again although its answer was known.
    bodies.forEach((body, index) => {
      const place = distinct.indexOf(body);
      const latest = Math.max(...bodies.slice(0, index).map(one => distinct.indexOf(one)), 0);
      if (place < latest) problems.push(`${lane}: request ${place + 1} was made again after request ${latest + 1}`);
    });
  }
  return problems;
}

function refusedRequests(world: World): string[] {
  return world.server.requests
    .filter(({ outcome }) => outcome !== 200 && outcome !== 'aborted' && outcome !== undefined)
    .map(({ outcome, body }) => `the model server refused a request with ${outcome}: ${JSON.stringify(body)}`);
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
