import { type Limits, limits } from './limits.ts';

type Unit = 'bytes' | 'characters' | 'ms' | 'lines' | 'levels' | 'share' | 'tokens' | 'pages' | 'percent' | Countable;
type Countable =
  | 'aliases'
  | 'agents'
  | 'calls'
  | 'chats'
  | 'commits'
  | 'crashes'
  | 'entries'
  | 'files'
  | 'findings'
  | 'folders'
  | 'links'
  | 'patterns'
  | 'redirects'
  | 'requests'
  | 'results'
  | 'retries'
  | 'rounds'
  | 'schedules'
  | 'shells'
  | 'statements'
  | 'steps'
  | 'tasks'
  | 'attempts'
  | 'todos';

/** Why a number cannot be set. */
type Reason =
  /** Others read the form that it bounds. */
  | 'format'
  /** It keeps what this process or its disk holds small whatever is set. */
  | 'memory'
  /** Models are told of it, or it is what they can make use of. */
  | 'model'
  /** It fits together with other numbers; a wrong one would break a promise. */
  | 'safety'
  /** It is how the terminal feels. */
  | 'terminal'
  /** It is tuned to the machine and costs nothing to anybody. */
  | 'tuning'
  /** Only rehearsals have it, and their options. */
  | 'rehearsal';

export type Setting = {
  /** Path in a settings file. In seconds where it ends in `_s`. */
  readonly key: string;
  readonly min: number;
  readonly max: number;
};

/** What a limit bounds. */
type LimitFact = { readonly unit: Unit; readonly about: string } & (
  | { readonly setting: Setting }
  | { readonly fixed: Reason }
);
type Facts = Readonly<Record<string, LimitFact>>;

const fixed = (unit: Unit, reason: Reason, about: string): LimitFact => ({ unit, about, fixed: reason });
const set = (unit: Unit, key: string, min: number, max: number, about: string): LimitFact => ({
  unit,
  about,
  setting: { key: key.includes('.') ? key : `limits.${key}`, min, max },
});

const week = 7 * 24 * 3_600;

const tools = {
  reportChars: fixed('characters', 'format', "a task's report in a result or a notification"),
  toolResultChars: fixed('characters', 'model', "any tool's result"),
  commandOutputBytes: fixed('bytes', 'memory', "a command's output in memory: head and tail"),
  commandFileBytes: fixed('bytes', 'memory', "a command's output file"),
  commandTimeoutMs: set(
    'ms',
    'command_timeout_s',
    1,
    limits.commandTimeoutMaxMs / 1_000,
    'a command that names no time',
  ),
  commandTimeoutMaxMs: fixed('ms', 'model', 'the time that a command may name'),
  killAfterMs: fixed('ms', 'safety', 'from TERM to KILL of a stopped command'),
  pipeGraceMs: fixed('ms', 'safety', "a command's output after its exit"),
  commandOutputChars: fixed('characters', 'model', "a command's output in the result"),
  commandChars: fixed('characters', 'model', 'a command line'),
  shellsRunning: fixed('shells', 'memory', 'background shells of one chat at a time'),
  shellsRemembered: fixed('shells', 'memory', 'ended background shells of one chat that can be read'),
  shellOutputBytes: fixed('bytes', 'memory', "a background shell's output in memory; its file has it"),
  progressMs: fixed('ms', 'terminal', 'between two pieces of live output'),
  progressChars: fixed('characters', 'terminal', 'a piece of live output'),
  readLines: fixed('lines', 'model', 'one Read'),
  readLineChars: fixed('characters', 'model', 'a line of a file in a result'),
  readFileBytes: fixed('bytes', 'memory', 'a file that is read or changed'),
  writeFileBytes: fixed('bytes', 'memory', 'a file that is written'),
  diffLines: fixed('lines', 'memory', 'a diff that is kept for people'),
  diffMs: fixed('ms', 'tuning', 'making a diff'),
  editLines: fixed('lines', 'model', 'a changed region in the result of Edit'),
  globResults: fixed('results', 'model', 'files of one Glob'),
  globAlternatives: fixed('patterns', 'memory', 'patterns that braces of one pattern make'),
  grepResults: fixed('results', 'model', 'lines or files of one Grep'),
  grepLineChars: fixed('characters', 'model', 'a line of Grep'),
  searchTimeoutMs: fixed('ms', 'model', 'one search'),
  searchOutputBytes: fixed('bytes', 'memory', 'what a search says besides its results'),
  patternChars: fixed('characters', 'memory', 'a glob or search pattern'),
  fetchBytes: fixed('bytes', 'memory', 'a page'),
  fetchTimeoutMs: fixed('ms', 'model', 'one page'),
  fetchChars: fixed('characters', 'model', 'a page in one result'),
  fetchRedirects: fixed('redirects', 'safety', 'of one page'),
  htmlDepth: fixed('levels', 'memory', 'nesting of a page that is followed'),
  todos: fixed('todos', 'model', 'one list'),
  filesRemembered: fixed(
    'files',
    'memory',
    'files that a lane knows the state of; others are read again before a write',
  ),
} satisfies Facts;

const files = {
  memoryFileBytes: set('bytes', 'memory_file_bytes', 0, 1024 * 1024, 'one AGENTS.md or the like'),
  memoryTotalBytes: set('bytes', 'memory_total_bytes', 0, 4 * 1024 * 1024, 'all of them together'),
  workspacesRemembered: fixed('folders', 'memory', 'workspaces whose AGENTS.md are kept in memory'),
  definitionBytes: fixed('bytes', 'memory', 'an agent definition'),
  definitionFiles: fixed('files', 'memory', 'agent definitions in all'),
  definitionHeaderChars: fixed('characters', 'memory', 'the YAML header of a definition'),
  definitionHeaderDepth: fixed('levels', 'memory', 'nesting of that header'),
  definitionAliases: fixed('aliases', 'memory', 'YAML aliases of that header'),
  definitionTimeoutMs: fixed('ms', 'format', 'the `timeout` that a definition may set'),
  playbookBytes: fixed('bytes', 'memory', 'a playbook'),
  playbookAliases: fixed('aliases', 'memory', 'YAML aliases of a playbook'),
  playbookAttempts: fixed('requests', 'memory', 'requests whose attempts are counted for faults that pass'),
  settingsBytes: fixed('bytes', 'memory', 'a settings file'),
  settingsDepth: fixed('levels', 'memory', 'nesting of a settings file'),
  settingsLockMs: fixed('ms', 'safety', 'a writer of settings waits for the others'),
  settingsLockStaleMs: fixed('ms', 'safety', 'a lock of settings whose process is gone'),
  settingsLockTryMs: fixed('ms', 'tuning', 'between two tries of a writer of settings'),
  promptBytes: fixed('bytes', 'memory', 'a prompt'),
  logBytes: fixed('bytes', 'memory', 'legwork.log; then it begins anew, and the one before is kept'),
  logBacklogChars: fixed('characters', 'memory', 'what waits for a log whose disk takes nothing'),
  linksFollowed: fixed('links', 'safety', 'symbolic links of one path that do not exist yet'),
} satisfies Facts;

const engine = {
  turnSteps: set('steps', 'turn_steps', 1, 100_000, 'model steps of one turn'),
  callsPerStep: set('calls', 'calls_per_step', 1, 1_000, 'tool calls of one answer that are run'),
  sameCallInARow: set('calls', 'same_call_in_a_row', 2, 1_000, 'the same call until the loop is broken'),
  parallelCalls: set('calls', 'parallel_calls', 1, 1_000, 'tool calls of one step at a time'),
  approvalMs: set('ms', 'approval_s', 1, week, 'a question to people'),
  notificationWindowMs: set('ms', 'notification_window_ms', 0, 10_000, 'ends of tasks that share a turn'),
  compactAt: set('share', 'compact_at', 0.1, 0.95, 'of the context window at which a lane is compacted'),
  summaryResultChars: fixed('characters', 'model', 'a tool result in the request for a summary'),
  storeBackoffMaxMs: fixed('ms', 'safety', 'between two tries of a lane or task whose store cannot be written'),
  leaseMs: fixed('ms', 'safety', 'a process that does not renew it is taken over'),
  leaseRenewMs: fixed('ms', 'safety', 'between two renewals'),
  recheckMs: fixed('ms', 'safety', 'whoever waits for the store looks again, woken or not'),
} satisfies Facts;

const tasks = {
  taskDepth: set('levels', 'task_depth', 0, 20, 'subagents of subagents'),
  tasksPerTurn: set('tasks', 'tasks_per_turn', 1, 100_000, 'tasks of one chat in one turn'),
  taskAttempts: set('attempts', 'task_attempts', 1, 100, 'runs of one task that a crash cut off, until it is given up'),
  taskTimeoutMs: set('ms', 'task_timeout_s', 1, limits.definitionTimeoutMs / 1_000, 'one attempt'),
  tasksPerMinute: set('tasks', 'tasks_per_minute', 1, 100_000, 'tasks added to one chat by one user'),
  runningTasks: set('tasks', 'concurrency.max', 1, 100_000, 'running tasks of one process, over all models'),
  dependencies: set('tasks', 'dependencies', 1, 10_000, 'tasks that one waits for'),
  descriptionChars: fixed('characters', 'format', 'the description of a task'),
  metadataBytes: fixed('bytes', 'memory', "a task's metadata"),
  transcriptBytes: set('bytes', 'transcript_bytes', 10_000, 1024 ** 3, 'a transcript; its middle is cut'),
  transcriptCallChars: fixed('characters', 'format', 'a call in a transcript'),
  transcriptResultChars: fixed('characters', 'format', 'a result in a transcript'),
  taskListEntries: fixed('entries', 'model', 'tasks that TaskList shows'),
  schedules: fixed('schedules', 'memory', 'of one store'),
  scheduleNameChars: fixed('characters', 'format', 'the name of a schedule'),
  scheduleCatchUp: set(
    'tasks',
    'schedule_catch_up',
    1,
    1_000,
    'for missed due times of a schedule that catches all up',
  ),
  scheduleGraceMs: set('ms', 'schedule_grace_s', 1, 86_400, 'a due time may be late when nothing is caught up'),
  scheduleRunsSeen: set('tasks', 'schedule_runs_seen', 0, 100, 'earlier runs of its schedule that a run sees'),
  scheduleNotices: fixed('entries', 'memory', 'notifications of one schedule that wait for a turn'),
  schedulePassed: fixed('entries', 'memory', 'stretches of the clock that a schedule knows to have passed'),
  worktreeGitMs: set('ms', 'worktree_git_s', 1, 3_600, 'one git command for a worktree'),
  worktreeStatChars: fixed('characters', 'model', "a worktree's diffstat"),
} satisfies Facts;

const models = {
  modelIdleMs: set('ms', 'model_idle_s', 1, 3_600, 'nothing of an answer comes'),
  modelConnectMs: set('ms', 'model_connect_s', 1, 600, 'a connection'),
  modelRetryTotalMs: set('ms', 'model_retry_total_s', 0, 24 * 3_600, 'all retries of one request'),
  modelRetries: set('retries', 'model_retries', 0, 1_000, 'of one request'),
  modelBackoffMinMs: fixed('ms', 'tuning', 'bound of the first pause between attempts'),
  modelBackoffMaxMs: set('ms', 'model_backoff_max_s', 1, 3_600, 'bound of the longest pause between attempts'),
  modelUnreachedRetries: fixed('retries', 'tuning', 'when nothing listens at an address that never answered'),
  modelTailMs: fixed('ms', 'tuning', 'usage and end of the connection after an answer'),
  modelRedirects: fixed('redirects', 'safety', 'of one request, to the same host only'),
  modelErrorBytes: fixed('bytes', 'memory', 'the body of a refusal'),
  modelErrorChars: fixed('characters', 'terminal', "a provider's words in a message"),
  modelListBytes: fixed('bytes', 'memory', 'a list of models'),
  modelListMs: fixed('ms', 'terminal', 'a list of models'),
  modelProbeMs: set('ms', 'model_probe_ms', 1, 60_000, 'whether a local server is there'),
  modelOutputTokens: set(
    'tokens',
    'model_output_tokens',
    1,
    10_000_000,
    'an answer, where the protocol wants a number',
  ),
  modelOutputTokensUnknown: fixed('tokens', 'model', 'the same, of a model that is not known'),
  contextWindowUnknown: fixed('tokens', 'model', 'the context of a model that is not known'),
  sseLineBytes: fixed('bytes', 'memory', 'a line of a stream'),
  answerBytes: fixed('bytes', 'memory', 'a stream'),
  requestsStart: set('requests', 'requests_start', 1, 100_000, 'at a time to one model, to begin with'),
  requestsMin: fixed('requests', 'safety', 'at a time to one model, however it refuses'),
  requestsMax: fixed('requests', 'safety', 'at a time to one model; lower it by concurrency.per_model'),
} satisfies Facts;

const store = {
  ownBodies: fixed('entries', 'memory', 'that the store remembers to have written itself'),
  ownBodyChars: fixed('characters', 'memory', 'the longest of these'),
  storeBusyMs: fixed('ms', 'safety', 'a writer waits for another process'),
  storeBusyWarnMs: fixed('ms', 'safety', 'until the log says who keeps it waiting'),
  storeBlockMs: fixed('ms', 'tuning', 'of which it blocks this process at a time'),
  storeWaitMinMs: fixed('ms', 'tuning', 'the least pause between two tries may grow to'),
  storeWaitMaxMs: fixed('ms', 'tuning', 'the longest pause between two tries'),
  storeWaitOldMs: fixed('ms', 'tuning', 'a writer that waited longer asks more often again'),
  storeLookMs: fixed('ms', 'safety', 'until a deleted database file is noticed'),
  storeStatements: fixed('statements', 'memory', 'prepared statements of one connection'),
  storeCheckpointPages: fixed('pages', 'tuning', 'the write-ahead log until it is copied'),
  storeWalWarnBytes: fixed('bytes', 'safety', 'a write-ahead log that is warned about'),
  storeWalMaxBytes: fixed('bytes', 'memory', 'a write-ahead log at which nothing more is written'),
  storeJournalBytes: fixed('bytes', 'memory', "the write-ahead log's file after that"),
  commitBatch: fixed('commits', 'tuning', 'writes that share one commit'),
  pollBusyMs: fixed('ms', 'safety', 'looks for commits of other processes, at work'),
  pollIdleMs: fixed('ms', 'tuning', 'looks for commits of other processes, idle'),
} satisfies Facts;

const faces = {
  stdinFirstMs: set('ms', 'stdin_first_ms', 0, 600_000, 'the first bytes of a piped input beside a prompt'),
  leaveMs: fixed('ms', 'safety', 'a program that leaves puts its work back'),
  leaveCommandsMs: fixed('ms', 'safety', 'and then waits for its commands'),
  leaveInAllMs: fixed('ms', 'safety', 'and leaves, whatever keeps it'),
  stopMs: fixed('ms', 'safety', 'from Ctrl+Z to the stop, for a commit to end'),
  troubleAgainMs: fixed('ms', 'terminal', 'until a store that goes on failing is told again'),
  endedWorkersShown: fixed('entries', 'terminal', 'processes that have left, in `ps --all`'),
  endedWorkersKept: fixed('entries', 'memory', 'processes that have left, in the store'),
  workerLogs: fixed('files', 'memory', 'logs of background workers'),
  workerLogLines: fixed('lines', 'memory', 'one of these logs'),
  readerBacklogChars: fixed('characters', 'memory', 'events for a slow reader; streaming text is left out beyond it'),
  progressLineChars: fixed('characters', 'terminal', 'a line of progress'),
  callLineChars: fixed('characters', 'terminal', 'a call or its result in a conversation'),
  questionGraceMs: fixed('ms', 'terminal', 'keys after a question appeared that were not meant for it'),
  countdownMs: fixed('ms', 'terminal', 'between two looks at the time that is left for an answer'),
  approvalLines: fixed('lines', 'memory', 'a change that somebody is asked about'),
  secondInterruptMs: fixed('ms', 'terminal', 'between two Ctrl+C that leave'),
  inputHistory: fixed('entries', 'terminal', 'inputs that the arrow up brings back'),
  historyInputChars: fixed('characters', 'memory', 'an input that the arrow up brings back'),
  composerChars: fixed('characters', 'terminal', 'what stands unfolded in the composer'),
  foldedLines: fixed('lines', 'terminal', 'a paste that is not folded'),
  foldedChars: fixed('characters', 'terminal', 'a paste that is not folded'),
  undoSteps: fixed('steps', 'memory', 'what undo in the composer takes back'),
  killRing: fixed('entries', 'memory', 'what was cut in the composer and can be put in again'),
  pasteTailMs: fixed('ms', 'terminal', 'after a paste, what comes may belong to it'),
  marksOnRoll: fixed('entries', 'memory', 'blocks of the scrollback that the interface still knows'),
  markdownOpenChars: fixed('characters', 'terminal', 'of an open block of an answer that one frame draws'),
  markdownDepth: fixed('levels', 'memory', 'blocks inside of blocks of an answer; deeper ones are text'),
  highlightCarriedChars: fixed(
    'characters',
    'memory',
    'read again where a comment or a string goes over lines of code',
  ),
  entriesShownAgain: fixed('entries', 'terminal', 'of a chat that is gone on with'),
  chatsOffered: fixed('chats', 'terminal', 'that a list offers to go on in'),
  clipboardBytes: fixed('bytes', 'terminal', 'of an answer that is given to the clipboard'),
  frameMs: fixed('ms', 'terminal', 'what streams is gathered for one frame'),
  beatMs: fixed('ms', 'terminal', 'between two pictures of a spinner'),
  noticeMs: fixed('ms', 'terminal', 'a notice above the composer stays'),
  taskRows: fixed('tasks', 'memory', 'of one chat, as the group display knows them'),
  readerPage: fixed('entries', 'terminal', 'read at a time by the pane that shows a whole conversation'),
  readerEntries: fixed('entries', 'memory', 'that it holds'),
  readerPlaces: fixed('entries', 'memory', 'whose rows it keeps'),
  liveTextChars: fixed('characters', 'memory', 'of an answer that streams, kept for whoever looks at its lane'),
} satisfies Facts;

const rehearsal = {
  chaosChatMs: fixed('ms', 'rehearsal', 'a chat until it is stuck'),
  chaosLateMs: fixed('ms', 'rehearsal', 'a rehearsed delay'),
  chaosRounds: fixed('rounds', 'rehearsal', 'without --rounds'),
  chaosCrashes: fixed('crashes', 'rehearsal', 'of one round'),
  chaosAgents: fixed('agents', 'rehearsal', 'that its own script sends'),
  chaosChats: fixed('chats', 'rehearsal', 'one after another in one process'),
  chaosLeakBytes: fixed('bytes', 'rehearsal', 'what one of these may leave in the heap'),
  chaosNoiseChars: fixed('characters', 'rehearsal', "a broken process's last words"),
  chaosFindings: fixed('findings', 'rehearsal', 'of one kind'),
  chaosWorkspaceBytes: fixed('bytes', 'rehearsal', 'a workspace that is copied'),
} satisfies Facts;

/** Every limit by the part of the program that it bounds. */
const surfaces = { tools, files, engine, tasks, models, store, faces, rehearsal };
type Surface = keyof typeof surfaces;
export type LimitName = keyof Limits;
export type Limit = LimitFact & { readonly name: LimitName; readonly surface: Surface };

// Stops compiling when a limit has no facts, or a fact no limit.
const complete: Record<LimitName, LimitFact> = {
  ...tools,
  ...files,
  ...engine,
  ...tasks,
  ...models,
  ...store,
  ...faces,
  ...rehearsal,
};

/** All of them, in the order of the surfaces. Apart from the numbers, since a start needs only these. */
export const limitList: readonly Limit[] = Object.entries(surfaces).flatMap(([surface, facts]) =>
  Object.keys(facts).map(key => {
    // Keys of the tables are those of `complete`; Object.entries forgets that.
    const name = key as LimitName;
    return { ...complete[name], name, surface: surface as Surface };
  }),
);

/** What a number of a setting is multiplied with to be one of its limit. */
export const scaleOf = ({ key }: Setting): number => (key.endsWith('_s') ? 1_000 : 1);
