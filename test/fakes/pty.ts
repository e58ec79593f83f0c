import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A program in a terminal of its own, made by `script`: what it writes is seen the moment it writes it. */
export type Pty = {
  /** Milliseconds (performance.now) when it was started: its terminal was there already. */
  readonly startedAt: Promise<number>;
  readonly output: () => string;
  readonly write: (bytes: string) => void;
  /** The moment when what was written after `from` characters of output matched. */
  readonly sees: (pattern: RegExp, from?: number) => Promise<number>;
  /** The program itself: a child of `script`. */
  readonly pid: () => Promise<number>;
  /** Its exit code, when it has ended by itself. */
  readonly closed: Promise<number | null>;
  readonly end: () => Promise<void>;
};

export type PtyOptions = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Typed before the program is there; the terminal does not echo it. */
  readonly typed?: string;
};

const patienceMs = 60_000;

export function startInPty({ args, env, cwd, typed }: PtyOptions): Pty {
  const command = [process.execPath, ...args].map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child: ChildProcess = spawn(
    'script',
    ['-qfec', `stty -echo cols 100 rows 40; printf ready; exec ${command}`, '/dev/null'],
    {
      env,
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let output = '';
  const listeners = new Set<() => void>();
  child.stdout?.on('data', chunk => {
    output += chunk;
    for (const listener of [...listeners]) listener();
  });
  const closed = new Promise<number | null>(resolve => child.on('close', code => resolve(code)));
  const startedAt = sees(/ready/).then(at => {
    if (typed !== undefined) child.stdin?.write(typed);
    return at;
  });

  function sees(pattern: RegExp, from = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(look);
        reject(new Error(`the terminal does not show ${pattern}: ${JSON.stringify(output.slice(-2_000))}`));
      }, patienceMs);
      function look(): void {
        if (!pattern.test(output.slice(from))) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(performance.now());
      }
      listeners.add(look);
      look();
    });
  }
  return {
    startedAt,
    output: () => output,
    write: bytes => void child.stdin?.write(bytes),
    sees,
    closed,
    async pid() {
      const [own] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ');
      if (!own) throw new Error('script has no child');
      return Number(own);
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const [own] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '')).split(
        ' ',
      );
      if (own) process.kill(Number(own), 'SIGKILL');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Clock ticks of a second, as Linux counts them for programs (USER_HZ). */
const ticksPerSecond = 100;

/** CPU that a process has used, of its own and of the system, in milliseconds; steps of ten. */
export async function cpuOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

/** Proportional set size, in MB. */
export async function pssOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1_024;
}
