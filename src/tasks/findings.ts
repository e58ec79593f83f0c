import { problemLine } from '../agents/report.ts';
import { isFault, messageOf } from '../core/error.ts';
import { asTheyStand } from './as-they-stand.ts';
import { liveWorkers } from './live-workers.ts';
import type { Program } from './program.ts';

export type Finding = {
  /** What was looked at: a name that stays. */
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'broken';
  readonly detail: string;
};

/** Asks a model whether it answers. */
type TestModel = (
  handle: string,
) => Promise<
  { readonly kind: 'answered'; readonly durationMs: number } | { readonly kind: 'failed'; readonly message: string }
>;

/** Looks at everything; one check that fails does not keep the others from being made. `test`: to ask the model, too. */
export async function findings(program: Program, test?: TestModel): Promise<Finding[]> {
  return [
    { check: 'version', level: 'ok', detail: `legwork ${program.version}, ${program.runtime}` },
    await storeFinding(program),
    ...(await folderFindings(program)),
    ...settingsFindings(program),
    ...(await agentFindings(program)),
    await searchFinding(program),
    await workerFinding(program),
    await taskFinding(program),
    ...(await modelFindings(program, test)),
  ];
}

async function storeFinding({ store }: Program): Promise<Finding> {
  const { version, schema, isOk, detail } = await store.check();
  return { check: 'store', level: isOk ? 'ok' : 'broken', detail: `${version}, schema ${schema}: ${detail}` };
}

async function folderFindings({ files, stateDir, configDir, cacheDir }: Program): Promise<Finding[]> {
  const folders = [...new Set([stateDir, configDir, cacheDir])];
  return Promise.all(
    folders.map(async (path): Promise<Finding> => {
      const stat = await files.stat(path);
      if (stat?.kind !== 'directory') return { check: 'folder', level: 'broken', detail: `${path} is not there` };
      const mode = stat.mode & 0o777;
      const shown = `${path} (${mode.toString(8).padStart(4, '0')})`;
      return (mode & 0o077) === 0
        ? { check: 'folder', level: 'ok', detail: shown }
        : { check: 'folder', level: 'warning', detail: `${shown}: others can read it; chmod 700 ${path}` };
    }),
  );
}

function settingsFindings({ warnings, userSettingsPath }: Program): Finding[] {
  if (warnings.length === 0) return [{ check: 'settings', level: 'ok', detail: userSettingsPath }];
  return warnings.map(detail => ({ check: 'settings', level: 'warning', detail }));
}

async function agentFindings({ base }: Program): Promise<Finding[]> {
  const { agents, problems } = await base.agents.refresh();
  if (problems.length === 0)
    return [{ check: 'agents', level: 'ok', detail: agents.map(agent => agent.name).join(', ') }];
  return problems.map(problem => ({
    check: 'agents',
    level: problem.level === 'error' ? 'broken' : 'warning',
    detail: problemLine(problem),
  }));
}

async function searchFinding({ files, ripgrepPath }: Program): Promise<Finding> {
  const stat = await files.stat(ripgrepPath);
  const isThere = stat?.kind === 'file' && (stat.mode & 0o111) !== 0;
  return isThere
    ? { check: 'ripgrep', level: 'ok', detail: ripgrepPath }
    : {
        check: 'ripgrep',
        level: 'broken',
        detail: `${ripgrepPath} is missing or not executable; install legwork again`,
      };
}

async function workerFinding(program: Program): Promise<Finding> {
  const workers = await liveWorkers(program);
  const detail =
    workers.map(({ kind, pid, host }) => `${kind} ${pid}@${host}`).join(', ') || 'none; `legwork worker` runs tasks';
  return { check: 'workers', level: 'ok', detail };
}

async function taskFinding(program: Program): Promise<Finding> {
  const open = ['running', 'queued', 'waiting', 'parked'] as const;
  const tasks = await asTheyStand(program, await program.store.tasks({ statuses: open }));
  const counts = open.map(status => `${tasks.filter(task => task.status === status).length} ${status}`).join(', ');
  const gone = tasks.filter(task => task.parkReason === 'process-gone').length;
  if (gone === 0) return { check: 'tasks', level: 'ok', detail: counts };
  const advice = 'go on where they stood by `legwork worker`, or when their chat is opened (`legwork -c`)';
  return { check: 'tasks', level: 'warning', detail: `${counts}; the process of ${gone} is gone: they ${advice}` };
}

async function modelFindings({ chooseModel }: Program, test: TestModel | undefined): Promise<Finding[]> {
  try {
    const { handle, why } = await chooseModel();
    const choice: Finding = { check: 'model', level: 'ok', detail: `${handle} (${why})` };
    const tested = await test?.(handle);
    if (!tested) return [choice];
    return tested.kind === 'answered'
      ? [choice, { check: 'model answers', level: 'ok', detail: `in ${tested.durationMs} ms` }]
      : [choice, { check: 'model answers', level: 'broken', detail: tested.message }];
  } catch (error) {
    if (!isFault(error)) throw error;
    return [{ check: 'model', level: 'broken', detail: messageOf(error) }];
  }
}
