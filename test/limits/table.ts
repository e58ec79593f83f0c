import type { LimitName } from '../../src/core/limit-facts.ts';

/** The test that bounds each limit: its file below `test/`, and its title as it stands there. */
export const limitTests: Readonly<Record<LimitName, readonly [file: string, title: string]>> = {
  reportChars: [
    'tasks/spawn.test.ts',
    'R11 whatever a report is made of, it is delivered whole or with a note, and the request is valid',
  ],
  toolResultChars: [
    'limits/tools.test.ts',
    'toolResultChars bounds what Read returns, and readFileBytes what it takes',
  ],
  commandOutputBytes: [
    'limits/tools.test.ts',
    'commandOutputBytes bounds what is kept of an output in memory, head and tail',
  ],
  commandFileBytes: ['limits/tools.test.ts', 'commandFileBytes bounds the output file of a command'],
  commandTimeoutMs: [
    'limits/tools.test.ts',
    'commandTimeoutMs ends a command that names no time, and is told to the model',
  ],
  commandTimeoutMaxMs: ['limits/tools.test.ts', 'commandTimeoutMaxMs bounds the time that a command may name'],
  killAfterMs: ['limits/tools.test.ts', 'killAfterMs passes between TERM and KILL of a command that ignores TERM'],
  pipeGraceMs: ['limits/tools.test.ts', 'pipeGraceMs bounds the wait for an output that something holds open'],
  commandOutputChars: [
    'limits/tools.test.ts',
    'commandOutputChars bounds what the model sees of an output; the file has the rest',
  ],
  commandChars: ['limits/tools.test.ts', 'commandChars bounds a command line'],
  shellsRunning: ['limits/tools.test.ts', 'shellsRunning bounds the background shells of a chat'],
  shellsRemembered: [
    'limits/tools.test.ts',
    'shellsRemembered bounds the ended shells that can be read, and shellOutputBytes what each holds in memory',
  ],
  shellOutputBytes: [
    'limits/tools.test.ts',
    'shellsRemembered bounds the ended shells that can be read, and shellOutputBytes what each holds in memory',
  ],
  progressMs: ['limits/tools.test.ts', 'progressMs and progressChars bound what is shown of a command that floods'],
  progressChars: ['limits/tools.test.ts', 'progressMs and progressChars bound what is shown of a command that floods'],
  readLines: ['limits/tools.test.ts', 'readLines and readLineChars bound one Read'],
  readLineChars: ['limits/tools.test.ts', 'readLines and readLineChars bound one Read'],
  readFileBytes: ['limits/tools.test.ts', 'toolResultChars bounds what Read returns, and readFileBytes what it takes'],
  writeFileBytes: ['limits/tools.test.ts', 'writeFileBytes bounds a file that is written'],
  diffLines: ['limits/tools.test.ts', 'diffLines bounds a difference that is kept for people'],
  diffMs: [
    'limits/tools.test.ts',
    'diffMs bounds the making of a difference between texts that have nothing in common',
  ],
  editLines: ['limits/tools.test.ts', 'editLines bounds the region that Edit shows'],
  globResults: ['tools/search.test.ts', 'Glob returns so many and says how many there are'],
  globAlternatives: ['limits/tools.test.ts', 'globAlternatives bounds what braces make of one pattern'],
  grepResults: ['limits/tools.test.ts', 'grepResults and grepLineChars bound one Grep'],
  grepLineChars: ['limits/tools.test.ts', 'grepResults and grepLineChars bound one Grep'],
  searchTimeoutMs: ['limits/tools.test.ts', 'searchTimeoutMs ends a search that takes too long'],
  searchOutputBytes: ['limits/tools.test.ts', 'searchOutputBytes bounds what a search says besides its results'],
  patternChars: ['limits/tools.test.ts', 'patternChars bounds a pattern'],
  fetchBytes: ['tools/web-fetch.test.ts', 'what is larger than the limit is cut, packed or not, and memory with it'],
  fetchTimeoutMs: ['limits/tools.test.ts', 'fetchTimeoutMs ends a page that does not come'],
  fetchChars: ['tools/web-fetch.test.ts', 'a long page comes in parts'],
  fetchRedirects: ['limits/tools.test.ts', 'fetchRedirects bounds the redirects of a page'],
  htmlDepth: ['limits/tools.test.ts', 'htmlDepth bounds how deep a page is followed'],
  todos: ['limits/tools.test.ts', 'todos bounds one list'],
  filesRemembered: [
    'limits/tools.test.ts',
    'filesRemembered bounds what a lane knows of files; the one seen longest ago is read again',
  ],
  transcriptBytes: [
    'tasks/transcripts.test.ts',
    'S28 keeps head and tail by whole lines, marks the cut, and is never longer than the limit',
  ],
  memoryFileBytes: ['engine/prompt.test.ts', 'a file that is too large is cut in the middle and says so'],
  memoryTotalBytes: ['engine/prompt.test.ts', 'all instructions together are bounded'],
  workspacesRemembered: [
    'limits/files.test.ts',
    'workspacesRemembered bounds the workspaces in memory; the one read longest ago is read again',
  ],
  definitionBytes: ['agents/agents.test.ts', 'a 10 MB file is an error beside its neighbours'],
  definitionFiles: ['agents/agents.test.ts', 'of 10,000 files the bounded number is read, and the rest is said'],
  definitionHeaderChars: ['limits/files.test.ts', 'definitionHeaderChars bounds the header of a definition'],
  definitionHeaderDepth: ['limits/files.test.ts', 'definitionHeaderDepth bounds the nesting of that header'],
  definitionAliases: ['limits/files.test.ts', 'definitionAliases bounds the aliases of that header'],
  definitionTimeoutMs: ['limits/files.test.ts', 'definitionTimeoutMs bounds the time that a definition may set'],
  playbookBytes: [
    'models/playbook/parse.test.ts',
    'S33 aliases that blow up and files that are too large are refused in bounded time',
  ],
  playbookAliases: ['limits/files.test.ts', 'playbookAliases bounds the aliases of a playbook'],
  playbookAttempts: [
    'limits/files.test.ts',
    'playbookAttempts bounds the requests that are remembered; the one made longest ago fails anew',
  ],
  settingsBytes: ['config.test.ts', 'invalid UTF-8, a folder, a huge file and a loop of links are each a clear error'],
  settingsDepth: ['limits/files.test.ts', 'settingsDepth bounds the nesting of settings'],
  settingsLockMs: [
    'limits/files.test.ts',
    'settingsLockMs bounds the wait for a lock that lives, and settingsLockTryMs each pause of it',
  ],
  settingsLockStaleMs: [
    'limits/files.test.ts',
    'settingsLockStaleMs is the age at which a lock that was left behind is taken away',
  ],
  settingsLockTryMs: [
    'limits/files.test.ts',
    'settingsLockMs bounds the wait for a lock that lives, and settingsLockTryMs each pause of it',
  ],
  promptBytes: ['limits/faces.test.ts', 'promptBytes bounds a prompt'],
  logBytes: ['limits/files.test.ts', 'logBytes bounds the log; the one that was full is kept beside it'],
  linksFollowed: ['limits/files.test.ts', 'linksFollowed bounds the links of a path that leads to nothing'],
  stdinFirstMs: [
    'headless/read-prompt.test.ts',
    'an open input that stays silent is left alone after a while when there are words, and that is said',
  ],
  leaveMs: ['limits/faces.test.ts', 'leaveMs bounds how long a program that leaves waits for its work'],
  leaveCommandsMs: [
    'limits/faces.test.ts',
    'leaveCommandsMs bounds how long a program that leaves waits for its commands',
  ],
  leaveInAllMs: [
    'crash/pipes.test.ts',
    'R19 a signal while nobody takes what is written: it leaves all the same, and says that it was cut',
  ],
  stopMs: [
    'crash/suspended.test.ts',
    'stopMs is the time after which Ctrl+Z stops a program whose commit does not come to its end',
  ],
  readerBacklogChars: ['limits/faces.test.ts', 'readerBacklogChars bounds streaming text that waits for a slow reader'],
  progressLineChars: ['limits/faces.test.ts', 'progressLineChars bounds a line of progress'],
  callLineChars: ['limits/faces.test.ts', 'callLineChars bounds a call and its result in a conversation'],
  turnSteps: ['limits/engine.test.ts', 'turnSteps bounds the model steps of a turn'],
  callsPerStep: [
    'limits/engine.test.ts',
    'callsPerStep bounds the calls of an answer that are run; the model is told of the others',
  ],
  sameCallInARow: ['limits/engine.test.ts', 'sameCallInARow is the number at which a loop is broken'],
  parallelCalls: ['limits/engine.test.ts', 'parallelCalls bounds the calls of a step that run at the same time'],
  worktreeGitMs: [
    'limits/tasks.test.ts',
    'worktreeGitMs ends a git that hangs, and worktreeStatChars bounds the diffstat',
  ],
  worktreeStatChars: [
    'limits/tasks.test.ts',
    'worktreeGitMs ends a git that hangs, and worktreeStatChars bounds the diffstat',
  ],
  taskDepth: ['limits/tasks.test.ts', 'taskDepth bounds subagents of subagents, and says how to raise it'],
  tasksPerTurn: [
    'tasks/spawn.test.ts',
    'S11 R41 a turn that goes on spawning stops at the limit, its subagents included',
  ],
  taskAttempts: [
    'limits/tasks.test.ts',
    'taskAttempts bounds the runs of a task; then it has failed with all the reasons',
  ],
  taskTimeoutMs: ['limits/tasks.test.ts', 'taskTimeoutMs bounds an attempt'],
  tasksPerMinute: [
    'limits/tasks.test.ts',
    'metadataBytes bounds the metadata of a task, and tasksPerMinute how many are added',
  ],
  runningTasks: ['limits/tasks.test.ts', 'runningTasks bounds the tasks that run at the same time in a process'],
  dependencies: ['limits/tasks.test.ts', 'dependencies bounds the tasks that one waits for'],
  descriptionChars: ['limits/tasks.test.ts', 'descriptionChars bounds the description of a task'],
  metadataBytes: [
    'limits/tasks.test.ts',
    'metadataBytes bounds the metadata of a task, and tasksPerMinute how many are added',
  ],
  transcriptCallChars: [
    'limits/tasks.test.ts',
    'transcriptCallChars and transcriptResultChars bound a line of a transcript',
  ],
  transcriptResultChars: [
    'limits/tasks.test.ts',
    'transcriptCallChars and transcriptResultChars bound a line of a transcript',
  ],
  taskListEntries: ['limits/tasks.test.ts', 'taskListEntries bounds what TaskList shows'],
  approvalMs: ['limits/engine.test.ts', 'approvalMs is the time after which a question to people is denied'],
  questionGraceMs: [
    'limits/faces.test.ts',
    'questionGraceMs is the time in which keys do not answer a question that has just appeared',
  ],
  secondInterruptMs: ['limits/faces.test.ts', 'secondInterruptMs is the time within which a second Ctrl+C leaves'],
  inputHistory: ['limits/faces.test.ts', 'inputHistory bounds what the arrow up brings back'],
  entriesShownAgain: ['limits/faces.test.ts', 'entriesShownAgain bounds what is shown of a chat that is gone on with'],
  leaseMs: [
    'limits/engine.test.ts',
    'leaseMs is how far ahead a lease reaches, and leaseRenewMs how often it is renewed',
  ],
  leaseRenewMs: [
    'limits/engine.test.ts',
    'leaseMs is how far ahead a lease reaches, and leaseRenewMs how often it is renewed',
  ],
  endedWorkersShown: ['limits/faces.test.ts', 'endedWorkersShown bounds the processes that have left in `ps --all`'],
  workerLogs: ['limits/faces.test.ts', 'workerLogs bounds the logs of background workers that are kept'],
  workerLogLines: ['limits/faces.test.ts', 'workerLogLines bounds what one of these logs is told'],
  notificationWindowMs: [
    'limits/engine.test.ts',
    'notificationWindowMs bounds how long ends of tasks wait for one another',
  ],
  pollBusyMs: [
    'store/watch.test.ts',
    'a database that cannot be asked for changes is said once in the log, and heard again when it is back',
  ],
  pollIdleMs: [
    'store/watch.test.ts',
    'a database that cannot be asked for changes is said once in the log, and heard again when it is back',
  ],
  recheckMs: [
    'crash/takeover.test.ts',
    'R12 the driver of a chat is killed: another program that has it open takes over at once',
  ],
  storeBackoffMaxMs: [
    'limits/engine.test.ts',
    'storeBackoffMaxMs bounds the pauses between tries of a lane whose store fails',
  ],
  troubleAgainMs: [
    'store/trouble.test.ts',
    'R2 a store that goes on failing is told to people, once a minute; a single failure and a refusal are not',
  ],
  modelIdleMs: ['limits/models.test.ts', 'modelIdleMs ends an answer of which nothing comes'],
  modelConnectMs: ['limits/models.test.ts', 'modelConnectMs ends a connection that does not come to stand'],
  modelRetryTotalMs: ['limits/models.test.ts', 'modelRetryTotalMs bounds the time of all retries'],
  modelRetries: [
    'limits/models.test.ts',
    'modelRetries and modelBackoffMaxMs bound the attempts and the pauses between them',
  ],
  modelBackoffMinMs: [
    'limits/models.test.ts',
    'modelRetries and modelBackoffMaxMs bound the attempts and the pauses between them',
  ],
  modelBackoffMaxMs: [
    'limits/models.test.ts',
    'modelRetries and modelBackoffMaxMs bound the attempts and the pauses between them',
  ],
  modelUnreachedRetries: [
    'models/stream-faults.test.ts',
    'R21 a server that is not running is said so after a few tries',
  ],
  modelTailMs: [
    'models/stream-faults.test.ts',
    'usage that follows the end is waited for, an end mark that never comes is not',
  ],
  modelRedirects: ['limits/models.test.ts', 'modelRedirects bounds the redirects of a request'],
  modelErrorBytes: ['limits/models.test.ts', 'modelErrorBytes bounds what is read of a refusal that never ends'],
  modelErrorChars: ['limits/models.test.ts', "modelErrorChars bounds a provider's words in a message"],
  modelListBytes: ['limits/models.test.ts', 'modelListBytes bounds a list of models'],
  modelListMs: ['models/list.test.ts', 'a server that accepts and is silent ends after the time for lists'],
  modelProbeMs: ['limits/models.test.ts', 'modelProbeMs bounds the look for a local server'],
  modelOutputTokens: [
    'limits/models.test.ts',
    'modelOutputTokens and modelOutputTokensUnknown are asked for where the protocol wants a number',
  ],
  modelOutputTokensUnknown: [
    'limits/models.test.ts',
    'modelOutputTokens and modelOutputTokensUnknown are asked for where the protocol wants a number',
  ],
  contextWindowUnknown: ['limits/models.test.ts', 'contextWindowUnknown is the window of a model that nobody knows'],
  sseLineBytes: ['limits/models.test.ts', 'sseLineBytes and answerBytes bound a stream'],
  answerBytes: ['limits/models.test.ts', 'sseLineBytes and answerBytes bound a stream'],
  requestsStart: ['limits/models.test.ts', 'requestsStart, requestsMin and requestsMax bound the requests in flight'],
  requestsMin: ['limits/models.test.ts', 'requestsStart, requestsMin and requestsMax bound the requests in flight'],
  requestsMax: ['limits/models.test.ts', 'requestsStart, requestsMin and requestsMax bound the requests in flight'],
  compactAt: [
    'limits/engine.test.ts',
    'compactAt is the share of the window at which a lane is compacted, and summaryResultChars bounds each result in that request',
  ],
  summaryResultChars: [
    'limits/engine.test.ts',
    'compactAt is the share of the window at which a lane is compacted, and summaryResultChars bounds each result in that request',
  ],
  storeBusyMs: [
    'limits/store.test.ts',
    'storeBusyMs bounds the wait for another process, storeWaitMinMs, storeWaitMaxMs and storeWaitOldMs its pauses, and storeBusyWarnMs how long it is silent',
  ],
  storeBusyWarnMs: [
    'limits/store.test.ts',
    'storeBusyMs bounds the wait for another process, storeWaitMinMs, storeWaitMaxMs and storeWaitOldMs its pauses, and storeBusyWarnMs how long it is silent',
  ],
  storeBlockMs: [
    'limits/store.test.ts',
    'storeBlockMs, storeCheckpointPages and storeJournalBytes are those of the connection that writes',
  ],
  storeWaitMinMs: [
    'limits/store.test.ts',
    'storeBusyMs bounds the wait for another process, storeWaitMinMs, storeWaitMaxMs and storeWaitOldMs its pauses, and storeBusyWarnMs how long it is silent',
  ],
  storeWaitMaxMs: [
    'limits/store.test.ts',
    'storeBusyMs bounds the wait for another process, storeWaitMinMs, storeWaitMaxMs and storeWaitOldMs its pauses, and storeBusyWarnMs how long it is silent',
  ],
  storeWaitOldMs: [
    'limits/store.test.ts',
    'storeBusyMs bounds the wait for another process, storeWaitMinMs, storeWaitMaxMs and storeWaitOldMs its pauses, and storeBusyWarnMs how long it is silent',
  ],
  storeLookMs: [
    'limits/store.test.ts',
    'storeLookMs bounds how long a deleted file goes unnoticed, and storeWalWarnBytes how large a log unsaid',
  ],
  storeStatements: ['limits/store.test.ts', 'storeStatements bounds the prepared statements of a connection'],
  storeCheckpointPages: [
    'limits/store.test.ts',
    'storeBlockMs, storeCheckpointPages and storeJournalBytes are those of the connection that writes',
  ],
  logBacklogChars: ['limits/files.test.ts', 'logBacklogChars bounds what waits for a log whose disk is full'],
  storeJournalBytes: [
    'limits/store.test.ts',
    'storeBlockMs, storeCheckpointPages and storeJournalBytes are those of the connection that writes',
  ],
  storeWalWarnBytes: [
    'limits/store.test.ts',
    'storeLookMs bounds how long a deleted file goes unnoticed, and storeWalWarnBytes how large a log unsaid',
  ],
  storeWalMaxBytes: [
    'limits/store.test.ts',
    'storeWalMaxBytes is the size of the write-ahead log at which nothing more is written while somebody reads from it',
  ],
  chaosChatMs: ['limits/rehearsal.test.ts', 'chaosChatMs is the time after which a chat is stuck'],
  chaosLateMs: ['limits/rehearsal.test.ts', 'chaosLateMs bounds a rehearsed delay, of an answer and of a tool'],
  chaosRounds: ['limits/rehearsal.test.ts', 'chaosRounds is how many rounds there are without --rounds'],
  chaosCrashes: [
    'limits/rehearsal.test.ts',
    'chaosCrashes bounds the crashes of a round, and chaosChats is how often the part is played undisturbed',
  ],
  chaosAgents: ['limits/rehearsal.test.ts', 'chaosAgents bounds the agents that the script sends'],
  chaosChats: [
    'limits/rehearsal.test.ts',
    'chaosCrashes bounds the crashes of a round, and chaosChats is how often the part is played undisturbed',
  ],
  chaosLeakBytes: ['limits/rehearsal.test.ts', 'chaosLeakBytes is what a chat may leave in the heap'],
  chaosNoiseChars: [
    'limits/rehearsal.test.ts',
    'chaosFindings and chaosNoiseChars bound what is told of a program that goes wrong',
  ],
  chaosFindings: [
    'limits/rehearsal.test.ts',
    'chaosFindings and chaosNoiseChars bound what is told of a program that goes wrong',
  ],
  chaosWorkspaceBytes: ['limits/rehearsal.test.ts', 'chaosWorkspaceBytes bounds a workspace that is copied'],
  commitBatch: ['limits/store.test.ts', 'commitBatch bounds the writes of one commit'],
};
