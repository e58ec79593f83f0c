import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { createNodeProcesses } from '../../src/platform/processes.ts';
import type { Program } from '../../src/tasks/program.ts';
import type { SlashCommand } from '../../src/terminal/slash/command.ts';
import { runCommand } from '../../src/terminal/slash/command.ts';
import type { Destination, Stage } from '../../src/terminal/slash/stage.ts';
import { plainLook } from '../tui/look.ts';
import { bypass, type TestProgram, user } from './program.ts';

export type TestStage = Stage & {
  /** What was said for good. */
  readonly rows: string[];
  readonly notices: string[];
  readonly destinations: Destination[];
  /** Gives a line as a person does; resolves with the rows that it added. */
  readonly give: (name: string, rest?: string) => Promise<string[]>;
};

export type StageOptions = {
  readonly columns?: number;
  readonly workspace?: string;
  /** Of the program, beside what its tasks stand on. */
  readonly program?: Partial<Program>;
};

/** What commands reach, over a real program with a chat open. */
export function createStage(
  opened: TestProgram,
  commands: readonly SlashCommand[],
  { columns = 80, workspace = '/work', program = {} }: StageOptions = {},
): TestStage {
  const rows: string[] = [];
  const notices: string[] = [];
  const destinations: Destination[] = [];
  const left = new AbortController();
  onTestFinished(() => left.abort());
  const processes = createNodeProcesses(systemClock);
  const stage: Stage = {
    // The parts of a program that commands use.
    program: {
      base: opened.base,
      store: opened.store,
      files: createNodeFiles(),
      limits: opened.base.limits,
      user,
      host: 'test',
      workspace,
      policy: bypass,
      providers: [],
      color: 'never',
      chooseModel: async () => ({ handle: 'test/model', why: 'test', isFallback: false }),
      run: (command: string, args: readonly string[]) =>
        processes.start(command, args, {
          cwd: workspace,
          env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: workspace, GIT_CONFIG_NOSYSTEM: '1' },
          maxOutputBytes: opened.base.limits.commandOutputBytes,
        }).done,
      ...program,
    } as unknown as Program,
    opened: opened.chat,
    session: opened.chat.session,
    chatId: opened.chat.chat.id,
    choice: { handle: 'test/model', why: 'test' },
    story: { note: lines => void rows.push(...lines) },
    look: () => plainLook(columns),
    notice: text => void notices.push(text),
    leave: to => void destinations.push(to),
    left: left.signal,
  };
  return {
    ...stage,
    rows,
    notices,
    destinations,
    async give(name, rest = '') {
      const before = rows.length;
      await runCommand(commands, stage, name, rest);
      return rows.slice(before);
    },
  };
}
