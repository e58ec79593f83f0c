/** Every number that bounds something. Sizes in bytes unless the name says otherwise, times in milliseconds. */
export const limits = {
  /** Characters of a task's report in a tool result or a notification. */
  reportChars: 30_000,
  /** Characters of any tool's result that the model sees. */
  toolResultChars: 60_000,
  /** Kept of a command's output in memory (head and tail). */
  commandOutputBytes: 256 * 1024,
  /** A command's output file. */
  commandFileBytes: 50 * 1024 * 1024,
  commandTimeoutMs: 120_000,
  commandTimeoutMaxMs: 60 * 60_000,
  /** A stopped command gets KILL this long after TERM. */
  killAfterMs: 2_000,
  /** How long a command's output may stay open after its exit. */
  pipeGraceMs: 1_000,
  /** Characters of a command's output that the model sees; the rest is in its output file. */
  commandOutputChars: 30_000,
  commandChars: 100_000,
  /** Background shells of one chat that run at the same time, and ended ones that are still remembered. */
  shellsRunning: 20,
  shellsRemembered: 50,
  /** Kept of a background shell's output in memory; its file has all of it. */
  shellOutputBytes: 1024,
  /** Live output of a command for people: shown at most this often, and at most so much at once. */
  progressMs: 100,
  progressChars: 4_000,
  readLines: 2_000,
  readLineChars: 2_000,
  readFileBytes: 20 * 1024 * 1024,
  writeFileBytes: 20 * 1024 * 1024,
  /** Lines of a diff that are kept for people. */
  diffLines: 400,
  diffMs: 200,
  /** Lines of a changed region that the model is shown after an edit. */
  editLines: 60,
  globResults: 1_000,
  globAlternatives: 256,
  grepResults: 500,
  grepLineChars: 500,
  searchTimeoutMs: 30_000,
  searchOutputBytes: 16 * 1024,
  /** A glob or search pattern. */
  patternChars: 2_000,
  fetchBytes: 5 * 1024 * 1024,
  fetchTimeoutMs: 30_000,
  /** Characters of a page that one call returns. */
  fetchChars: 50_000,
  fetchRedirects: 5,
  htmlDepth: 1_000,
  todos: 100,
  /** Files that a lane knows the state of. */
  filesRemembered: 10_000,
  transcriptBytes: 10 * 1024 * 1024,
  /** AGENTS.md and the like, each and together. */
  memoryFileBytes: 64 * 1024,
  memoryTotalBytes: 192 * 1024,
  /** Workspaces whose memory files are kept in memory. */
  workspacesRemembered: 100,
  definitionBytes: 1024 * 1024,
  definitionFiles: 2_000,
  /** Of the YAML header of a definition: characters, levels of nesting, aliases. */
  definitionHeaderChars: 64 * 1024,
  definitionHeaderDepth: 64,
  definitionAliases: 50,
  /** The longest `timeout` that a definition may set. */
  definitionTimeoutMs: 7 * 24 * 3_600_000,
  playbookBytes: 4 * 1024 * 1024,
  playbookAliases: 100,
  /** Requests whose attempts a playbook remembers, for faults that pass. */
  playbookAttempts: 10_000,
  settingsBytes: 1024 * 1024,
  settingsDepth: 32,
  /** Longest wait of a writer of settings for the others, and how old a lock is that its process left behind. */
  settingsLockMs: 60_000,
  settingsLockStaleMs: 10_000,
  /** Longest pause between two tries. */
  settingsLockTryMs: 50,
  promptBytes: 10 * 1024 * 1024,
  /** The program's own log; then it begins anew, and the one before is kept. */
  logBytes: 10 * 1024 * 1024,
  /** Symbolic links of one path that does not exist yet: as many as Linux follows. */
  linksFollowed: 40,
  /** With a prompt on the command line: how long the first bytes of a standard input that is no terminal are waited for. */
  stdinFirstMs: 3_000,
  /** A program that is told to leave waits this long for its work to be put back, and then this long for its commands; what is left of them is killed. */
  leaveMs: 800,
  leaveCommandsMs: 400,
  /** And this long in all, whatever else keeps it: a reader that takes nothing, for one. */
  leaveInAllMs: 1_800,
  /** Ctrl+Z stops a program between its commits, and after this time wherever it is. */
  stopMs: 1_000,
  /** Characters of events that wait for a slow reader; text as it streams is left out beyond it. */
  readerBacklogChars: 1024 * 1024,
  progressLineChars: 160,
  callLineChars: 200,

  /** Model steps of one turn. */
  turnSteps: 500,
  callsPerStep: 128,
  /** The same call with the same input this many times in a row breaks the loop. */
  sameCallInARow: 5,
  /** Tool calls of one step that run at the same time. */
  parallelCalls: 32,

  /** One git command for a worktree, and the characters of its diffstat. */
  worktreeGitMs: 120_000,
  worktreeStatChars: 2_000,

  taskDepth: 3,
  tasksPerTurn: 200,
  taskAttempts: 3,
  taskTimeoutMs: 30 * 60_000,
  tasksPerMinute: 30,
  /** Running tasks of one process, over all models. */
  runningTasks: 1_000,
  dependencies: 100,
  descriptionChars: 200,
  metadataBytes: 16 * 1024,
  transcriptCallChars: 200,
  transcriptResultChars: 300,
  taskListEntries: 100,

  /** Schedules of a store: every program looks at them all the time. */
  schedules: 200,
  scheduleNameChars: 80,
  /** Missed due times that `all` catches up at once; older ones get no task. */
  scheduleCatchUp: 100,
  /** How late a due time may be for a schedule that catches nothing up. */
  scheduleGraceMs: 60_000,
  /** Earlier runs of a schedule that a run sees. */
  scheduleRunsSeen: 5,
  /** Notifications of one schedule that wait for the next turn of its chat: the newest. */
  scheduleNotices: 10,
  /** Stretches of the clock that a schedule knows to have passed, the latest: it matters only when the clock is set back behind them. */
  schedulePassed: 32,

  approvalMs: 30 * 60_000,
  /** Keys this soon after a question appeared were meant for what stood there before. */
  questionGraceMs: 400,
  /** Between two looks at the time that is left for an answer. */
  countdownMs: 1_000,
  /** Lines of a change that somebody is asked about; what is more is counted. */
  approvalLines: 20_000,
  /** A second Ctrl+C within this time leaves. */
  secondInterruptMs: 2_000,
  /** Inputs that the arrow up brings back, and entries that are shown again when a chat is gone on with. */
  inputHistory: 500,
  /** Longer inputs are not brought back. */
  historyInputChars: 64 * 1024,
  /** Characters that stand in the composer as they are; more of them are folded, and so is a paste of so many lines or characters. */
  composerChars: 20_000,
  foldedLines: 5,
  foldedChars: 1_000,
  undoSteps: 200,
  killRing: 20,
  /** After the end of a paste: how long it is watched whether what comes is still a part of it. */
  pasteTailMs: 30,
  /** Blocks that went to the scrollback, until the interface forgets them. */
  marksOnRoll: 500,
  /** Markdown: of a block that is still open no more is drawn for each frame; the nesting that is drawn; what is read again of a comment that goes over lines. */
  markdownOpenChars: 8_000,
  markdownDepth: 12,
  highlightCarriedChars: 2_000,
  entriesShownAgain: 60,
  /** Chats that a list offers to go on in. */
  chatsOffered: 1_000,
  /** Given to the clipboard of the terminal: xterm and tmux stop at about 75,000 bytes of base64. */
  clipboardBytes: 50_000,
  frameMs: 50,
  beatMs: 200,
  noticeMs: 4_000,
  /** Tasks of a chat that are shown; beyond it the oldest that ended are found in the store only. */
  taskRows: 5_000,
  /** A reader: entries read at a time and held in memory, places whose rows are kept, and of an answer that streams. */
  readerPage: 200,
  readerEntries: 1_000,
  readerPlaces: 200,
  liveTextChars: 8_000,
  leaseMs: 15_000,
  leaseRenewMs: 5_000,
  /** Processes that have left, as `legwork ps --all` shows them. */
  endedWorkersShown: 20,
  /** And as the store keeps them: every run leaves one. */
  endedWorkersKept: 200,
  /** Logs of background workers that are kept, and lines that one of them writes. */
  workerLogs: 20,
  workerLogLines: 100_000,
  /** Notifications that come within this time of the first are delivered together while others are still owed. */
  notificationWindowMs: 200,
  pollBusyMs: 25,
  pollIdleMs: 250,
  /** Bodies of entries that the store remembers to have written, and the longest of them. */
  ownBodies: 256,
  ownBodyChars: 4_000,
  /** Who waits for the store looks again after this time even when nothing woke it; with what follows, within a second. */
  recheckMs: 750,
  /** Longest pause between two tries of a lane or a task whose store cannot be written: each time twice as long, since a model may have been asked meanwhile. */
  storeBackoffMaxMs: 30_000,
  /** A store that goes on failing is told to people again after this time. */
  troubleAgainMs: 60_000,

  modelIdleMs: 120_000,
  modelConnectMs: 30_000,
  modelRetryTotalMs: 10 * 60_000,
  modelRetries: 10,
  modelBackoffMinMs: 500,
  modelBackoffMaxMs: 60_000,
  /** Retries when nothing listens at an address that has not answered in this process yet. */
  modelUnreachedRetries: 3,
  /** After the end of an answer: how long its usage and the end of the connection are waited for. */
  modelTailMs: 2_000,
  modelRedirects: 3,
  /** Read of the body of a refused model request. */
  modelErrorBytes: 64 * 1024,
  modelErrorChars: 300,
  /** A list of models, and the answer to whether a local server is there. */
  modelListBytes: 8 * 1024 * 1024,
  modelListMs: 15_000,
  modelProbeMs: 700,
  /** Tokens asked for where the protocol wants a number: at most, and for a model whose own limit is not known. */
  modelOutputTokens: 32_000,
  modelOutputTokensUnknown: 8_192,
  contextWindowUnknown: 128_000,
  sseLineBytes: 16 * 1024 * 1024,
  answerBytes: 32 * 1024 * 1024,
  /** Requests in flight per provider and model: where the cap starts, its floor and its ceiling. */
  requestsStart: 32,
  requestsMin: 1,
  requestsMax: 1_000,

  /** Share of the context window at which the lane is compacted. */
  compactAt: 0.85,
  summaryResultChars: 2_000,
  /** Longest wait of the store for another writer. */
  storeBusyMs: 60_000,
  /** After this time of it the log says who that is. */
  storeBusyWarnMs: 2_000,
  /** Of which it blocks this process at a time. */
  storeBlockMs: 4,
  /** Pauses between two tries grow from the least to the most; they shrink again for a writer that has waited longer than it takes to be old. */
  storeWaitMinMs: 5,
  storeWaitMaxMs: 50,
  storeWaitOldMs: 200,
  /** A deleted database file is noticed after this time. */
  storeLookMs: 1_000,
  /** Prepared statements that a connection keeps. */
  storeStatements: 500,
  /** Pages of the write-ahead log after which it is copied into the database. */
  storeCheckpointPages: 1_000,
  /** Of the program's own log, while its disk takes nothing. */
  logBacklogChars: 256 * 1024,
  /** What is left of the write-ahead log's file after that. */
  storeJournalBytes: 64 * 1024 * 1024,
  /** A write-ahead log of this size is warned about. */
  storeWalWarnBytes: 256 * 1024 * 1024,
  /** At this size nothing more is written until it could be emptied. Emptying it holds up a process: so long that a lease should outlast it. */
  storeWalMaxBytes: 2 * 1024 * 1024 * 1024,
  /** A rehearsal: a chat that is not at rest by then is stuck. */
  chaosChatMs: 60_000,
  /** Longest that a rehearsed delay takes: enough to change the order of things, little enough to rehearse many. */
  chaosLateMs: 500,
  chaosRounds: 5,
  /** Crashes of one round. Fewer when a task is given up sooner. */
  chaosCrashes: 2,
  /** Agent definitions that the rehearsal's own script works through. */
  chaosAgents: 24,
  /** Chats one after another in one process, and how much of the heap each may leave behind. */
  chaosChats: 6,
  chaosLeakBytes: 1024 * 1024,
  /** Of what a process writes besides its report: kept for the message when it breaks. */
  chaosNoiseChars: 4_000,
  /** Findings of a kind that are told; the first are the ones to look at. */
  chaosFindings: 100,
  /** Largest workspace that is copied. */
  chaosWorkspaceBytes: 200 * 1024 * 1024,
  /** Most closures in one commit. */
  commitBatch: 512,
} as const;
export type Limits = { readonly [K in keyof typeof limits]: number };
