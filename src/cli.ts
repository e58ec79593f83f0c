import { Command, InvalidArgumentError, Option } from 'commander';
import { positiveNumber } from './commands/arguments.ts';
import type { GlobalFlags, Subcommand } from './commands/command.ts';
import { AppError } from './core/error.ts';
import { type OnExit, onExitChoices } from './core/on-exit.ts';
import type { HeadlessOptions } from './headless/options.ts';

export type MainOptions = {
  readonly isPrint: boolean;
  readonly flags: GlobalFlags;
  readonly headless: HeadlessOptions;
  readonly interactive: InteractiveOptions;
};
export type InteractiveOptions = Pick<HeadlessOptions, 'prompt' | 'chat' | 'appendSystemPrompt'>;

/** The command line without a subcommand. */
export function buildMain(subcommands: readonly Subcommand[], run: (options: MainOptions) => Promise<void>): Command {
  const command = new Command('legwork')
    .description('A terminal agent that delegates: what its subagents find comes back by itself.')
    .argument('[prompt...]', 'what to do; with -p, what is piped in is added to it')
    .usage('[options] [prompt]\n       legwork <subcommand> --help')
    .option('-p, --print', 'answer on standard output and exit; for scripts and CI')
    .option('-m, --model <handle>', 'model, as <provider>/<model>; `legwork models list` shows them')
    .option('--permission-mode <mode>', 'ask, accept-edits, plan or bypass')
    .option('--dangerously-skip-permissions', 'the same as --permission-mode bypass')
    .option('--allow <rule>', 'allow uses of a tool, e.g. "Bash(npm test)"; repeatable', collect)
    .option('--ask <rule>', 'ask before uses of a tool; repeatable', collect)
    .option('--deny <rule>', 'never allow uses of a tool; repeatable', collect)
    .option('-c, --continue', 'go on in the newest chat of this directory')
    .option('-r, --resume <chat>', 'go on in a chat')
    .option('--chat <id>', 'the same as --resume')
    .option('--append-system-prompt <text>', 'added to the system prompt')
    .addOption(
      new Option('--on-exit <how>', 'without -p: what becomes of tasks at work when you leave').choices(onExitChoices),
    )
    .addOption(
      new Option('--output-format <format>', 'with -p').choices(['text', 'json', 'stream-json']).default('text'),
    )
    .addOption(new Option('--input-format <format>', 'with -p').choices(['text', 'stream-json']).default('text'))
    .option('--include-partial-messages', 'with stream-json: text as it streams')
    .option('--max-turns <n>', 'with -p: model steps before it ends with exit code 4', positiveInteger)
    .option('--max-budget-usd <usd>', 'with -p: cost before it ends with exit code 4', positiveNumber)
    .addOption(
      new Option('--background <how>', 'with -p: what becomes of background tasks')
        .choices(['drain', 'steer', 'exit', 'detach'])
        .default('steer'),
    )
    .option('--screen-reader', 'without -p: plain lines that are printed once, nothing that is drawn anew')
    .option('--verbose', 'with -p: progress on standard error also when it is no terminal')
    .option('-v, --version', 'print the version')
    .addHelpText('after', helpText(subcommands))
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'legwork: ')) })
    .showHelpAfterError('(legwork --help shows what there is)')
    .exitOverride();
  return command.action(async (words: string[], given: Given) => run(asOptions(words, given)));
}

type Given = {
  print?: boolean;
  model?: string;
  permissionMode?: string;
  dangerouslySkipPermissions?: boolean;
  allow?: string[];
  ask?: string[];
  deny?: string[];
  continue?: boolean;
  resume?: string;
  chat?: string;
  appendSystemPrompt?: string;
  onExit?: OnExit;
  outputFormat: HeadlessOptions['outputFormat'];
  inputFormat: HeadlessOptions['inputFormat'];
  includePartialMessages?: boolean;
  maxTurns?: number;
  maxBudgetUsd?: number;
  background: HeadlessOptions['background'];
  verbose?: boolean;
  screenReader?: boolean;
};

function asOptions(words: readonly string[], given: Given): MainOptions {
  const prompt = words.join(' ');
  const chat = chatOf(given);
  const permissionMode = given.dangerouslySkipPermissions ? 'bypass' : given.permissionMode;
  const appendSystemPrompt = given.appendSystemPrompt ?? '';
  if (given.print && given.onExit !== undefined)
    throw new AppError('usage', '--on-exit is for conversations; with -p there is --background');
  return {
    isPrint: given.print ?? false,
    flags: {
      model: given.model,
      permissionMode,
      allow: given.allow,
      ask: given.ask,
      deny: given.deny,
      onExit: given.onExit,
      isScreenReader: given.screenReader,
    },
    interactive: { prompt, chat, appendSystemPrompt },
    headless: {
      prompt,
      chat,
      appendSystemPrompt,
      outputFormat: given.outputFormat,
      inputFormat: given.inputFormat,
      includesPartial: given.includePartialMessages ?? false,
      maxTurns: given.maxTurns,
      maxBudgetUsd: given.maxBudgetUsd,
      background: given.background,
      isVerbose: given.verbose ?? false,
    },
  };
}

function chatOf(given: Given): HeadlessOptions['chat'] {
  const named = given.resume ?? given.chat;
  if (given.resume !== undefined && given.chat !== undefined && given.resume !== given.chat)
    throw new AppError('usage', '--resume and --chat name different chats; give one of them');
  if (given.continue && named !== undefined)
    throw new AppError(
      'usage',
      `--continue takes the newest chat, and ${JSON.stringify(named)} is named too; give one of them`,
    );
  if (named !== undefined) return { kind: 'named', id: named };
  return given.continue ? { kind: 'newest' } : { kind: 'new' };
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number above 0');
  return value;
}

function helpText(subcommands: readonly Subcommand[]): string {
  const width = Math.max(0, ...subcommands.map(({ name }) => name.length));
  const list = subcommands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return `
Subcommands:
${list}

Examples:
  legwork                                   talk to it
  legwork -p "what does this project do?"   answer and exit
  git diff | legwork -p "review this"       the pipe is added to the prompt
  legwork -p --output-format json "…" | jq .result
  legwork -c                                go on where you left off
`;
}
