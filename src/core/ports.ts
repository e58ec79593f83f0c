/** The world as pure code sees it. `platform/` has the real ones, `test/fakes/` those of the tests. */
export interface Clock {
  /** Milliseconds since 1970, UTC. May jump. */
  now(): number;
  /** Milliseconds that only go forward; for durations. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. Never keeps a process alive when `unref` is set. */
  sleep(ms: number, options?: { signal?: AbortSignal | undefined; unref?: boolean }): Promise<void>;
  /** Calls `run` once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  bytes(length: number): Uint8Array;
}

export type FileKind = 'file' | 'directory' | 'symlink' | 'other';
export type FileStat = { kind: FileKind; size: number; mtimeMs: number; mode: number };

/**
 * Files as the program uses them. Paths are absolute. Every method rejects with the system's own error (`code` is `ENOENT` …);
 * callers that foresee one test its `code`.
 */
export interface Files {
  readText(path: string): Promise<string>;
  /** At most `maxBytes` from `offset`; fewer at the end of the file. */
  readBytes(path: string, options?: { offset?: number; maxBytes?: number }): Promise<Uint8Array>;
  /** Replaces the file as a whole (temporary file in the same directory, fsync, rename). Keeps the mode of an existing file. */
  writeAtomic(path: string, data: string | Uint8Array, options?: { mode?: number }): Promise<void>;
  append(path: string, data: string, options?: { mode?: number }): Promise<void>;
  /** Follows symbolic links; undefined when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  list(path: string): Promise<string[]>;
  makeDirectory(path: string, options?: { mode?: number }): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** With every symbolic link resolved; of a path that does not exist yet, the real path of its nearest existing parent plus the rest. */
  realPath(path: string): Promise<string>;
}

export type SpawnOptions = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  stdin?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  /** Bytes kept of stdout and stderr together: head and tail; the rest is counted and dropped. */
  maxOutputBytes: number;
  /** When set, all output also goes to this file, up to `maxFileBytes`. */
  outputFile?: string | undefined;
  maxFileBytes?: number | undefined;
  onOutput?: ((chunk: string) => void) | undefined;
};

export type ProcessEnd = {
  /** Why it is over. `stopped`: the signal was aborted. */
  reason: 'exited' | 'timeout' | 'stopped' | 'not-started';
  exitCode: number | undefined;
  signal: string | undefined;
  /** stdout and stderr as they came, invalid UTF-8 replaced, with a line that says what was left out when too long. */
  output: string;
  omittedBytes: number;
  durationMs: number;
  /** For `not-started`. */
  message?: string;
};

/** A child in a process group (session) of its own. */
export interface RunningProcess {
  readonly pid: number | undefined;
  /** Resolves when the child has exited, at most a second after its exit even when something holds its output open. */
  readonly done: Promise<ProcessEnd>;
  /** Output so far, as in `ProcessEnd`. */
  output(): string;
  /** TERM to the whole group, KILL two seconds later. */
  stop(): Promise<void>;
}

export interface Processes {
  /** Never throws: a command that cannot be started ends with reason `not-started`. */
  start(command: string, args: readonly string[], options: SpawnOptions): RunningProcess;
}

export type HttpAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Uint8Array;
  /** There was more than `maxBytes`. */
  readonly isCut: boolean;
};

/**
 * One GET, no redirect followed. `mayConnect` is asked about the very address that the connection is made to, after name resolution;
 * when it says no, or when no answer comes, the promise is rejected with `AppError`: `denied`, `timeout` or `provider`.
 */
export type HttpGet = (
  url: URL,
  options: { signal: AbortSignal; timeoutMs: number; maxBytes: number; mayConnect: (address: string) => boolean },
) => Promise<HttpAnswer>;

/** Where the program writes what only its developers read. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** The program's standard streams. */
export interface Io {
  /** Resolves when the reader took it (bytes are never dropped); rejects with `ClosedOutput` when the reader is gone. */
  out(text: string): Promise<void>;
  /** For people; never rejects. */
  err(text: string): void;
  /** Chunks of standard input as they come; ends at its end. */
  input(): AsyncIterable<string>;
  readonly isOutTerminal: boolean;
  readonly isErrTerminal: boolean;
  readonly isInTerminal: boolean;
  /** Columns of the terminal, 80 when there is none. */
  columns(): number;
}

/** The terminal that the program was started in, as it is. */
export interface TerminalDevice {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Calls when the terminal is no more; returns what ends that. */
  onGone(listener: () => void): () => void;
  /** Writes that when this process ends in whatever way it can notice; returns what calls it off. */
  atExit(sequence: string): () => void;
  /** As Ctrl+Z does: stops this process, between two commits. Resolves when it was continued. */
  stop(): Promise<void>;
}

/** What a terminal sent: characters, a paste as a whole (lines end in `\n`), or a key by name (`return`, `backspace`, `up` …). */
export type Key =
  | { readonly kind: 'text' | 'paste'; readonly text: string }
  | { readonly kind: 'key'; readonly name: string; readonly ctrl: boolean; readonly meta: boolean };

/** The keys of the terminal that the program was started in. */
export interface Keyboard {
  /** Takes keys one by one, without echo, until what it returns is called. `gone`: the terminal is no more. */
  listen(on: { key(key: Key): void; gone(): void; resized(): void }): () => void;
}
