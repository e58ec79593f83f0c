import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { builtProgram } from './built-program.ts';

export type Terminal = {
  /** What is and was on the screen, without what trails. */
  text(): string;
  /** Presses keys by their tmux names, or types text with `literal`. */
  press(...keys: string[]): void;
  type(text: string): void;
  /** Takes the terminal away: hangs up, and closes both ends. */
  hangUp(): void;
  /** SIGKILL to the program; the terminal stays. */
  kill(): void;
  /** Resolves when the screen matches; fails with the screen after `ms`. */
  sees(pattern: RegExp, ms?: number): Promise<string>;
};

export type TerminalOptions = {
  readonly cwd: string;
  readonly home: string;
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
};

/** The real program in a terminal of tmux, on a server of its own that ends with the test. Shows `exit code <n>` when it ended. */
export function startInTerminal({ cwd, home, args = [], columns = 80, env = {} }: TerminalOptions): Terminal {
  const socket = `legwork-${randomUUID()}`;
  const tmux = (...words: string[]) => execFileSync('tmux', ['-u', '-L', socket, ...words], { encoding: 'utf8' });
  const variables = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    LEGWORK_HOME: home,
    TERM: 'screen-256color',
    LANG: 'C.UTF-8',
    ...env,
  };
  const assignments = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
  const program = [process.execPath, builtProgram, ...args].map(quoted).join(' ');
  const script = `env -i ${assignments.join(' ')} ${program}; echo "exit code $?"; exec sleep 600`;
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', '100', '-c', cwd, script);
  // The server is gone already when its last terminal was taken away.
  onTestFinished(() => void spawnSync('tmux', ['-L', socket, 'kill-server']));
  const text = () =>
    tmux('capture-pane', '-p', '-S', '-')
      .split('\n')
      .map(line => line.trimEnd())
      .join('\n')
      .trimEnd();
  return {
    text,
    press: (...keys) => void tmux('send-keys', ...keys),
    type: typed => void tmux('send-keys', '-l', typed),
    hangUp: () => void tmux('kill-session'),
    kill: () => killBelow(tmux('display-message', '-p', '#{pane_pid}').trim()),
    async sees(pattern, ms = 60_000) {
      const end = Date.now() + ms;
      for (;;) {
        const now = text();
        if (pattern.test(now)) return now;
        if (Date.now() > end) throw new Error(`the terminal does not show ${pattern}:\n${now}`);
        await setTimeout(40);
      }
    },
  };
}

/** The same in plain lines, as for screen readers. */
export function startInLines(options: TerminalOptions): Terminal {
  return startInTerminal({ ...options, env: { LEGWORK_SCREEN_READER: '1', ...options.env } });
}

function killBelow(pid: string): void {
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' })
    .stdout.split(/\s+/)
    .filter(Boolean);
  for (const child of children) {
    killBelow(child);
    process.kill(Number(child), 'SIGKILL');
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
