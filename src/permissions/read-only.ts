import { readShell, type ShellWord } from './shell.ts';

/** Whether a call with these arguments only reads. */
type OnlyReads = (args: readonly string[]) => boolean;

/** Programs that have no way to write or to run another, whatever their arguments. */
const anything = (
  'basename cat cd cksum cmp column comm cut dirname df du echo expand false fold grep egrep fgrep head hexdump id jq ls md5sum nl od ' +
  'paste printf pwd readlink realpath rev seq sha1sum sha256sum sha512sum stat strings sum tac tail tr true tsort type uname ' +
  'unexpand wc which whoami'
).split(' ');

/** Programs that only read with the arguments named here; any other argument, or a file name that the shell puts in, makes the call unknown. */
const certain: Readonly<Record<string, OnlyReads>> = {
  date: args => args.every(arg => /^(?:-u|--utc|-R|-I\w*|\+.*)$/s.test(arg)),
  diff: options(
    /^-(?:[abBcdEiNqrstuwyTZ]+|[CUW]\d*|\d+)$|^--(?:brief|unified(?:=\d+)?|recursive|new-file|ignore-[a-z-]+|color(?:=\w+)?|stat)$/,
  ),
  file: options(/^-(?:[bhiLkNprsvz0]+)$|^--(?:brief|mime|mime-type|mime-encoding)$/),
  find: findReads,
  git: gitReads,
  hostname: args => args.length === 0,
  legwork: legworkReads,
  node: onlyVersion,
  python: onlyVersion,
  python3: onlyVersion,
  rg: rgReads,
  sed: sedReads,
  sort: options(/^-(?:[bcCdfghiMnRrsuVz]+|k[\d.,bdfghinMrRV]*|t.?)$/su),
  tree: options(/^-(?:[adfilpsughDFQNCrtvU]+|[LPI])$|^--(?:dirsfirst|noreport|gitignore|prune)$/),
  uniq: args => args.every(arg => /^-(?:[cdDuiz]+|[fsw]\d+)$/.test(arg)),
};

/**
 * Whether a command line surely only reads: it is simple (see `readShell`), and each of its programs is known not to write, delete, send
 * or start anything with these arguments. What is not known is not read-only. Says nothing of what is read.
 */
export function isReadOnlyCommand(command: string): boolean {
  const line = readShell(command);
  return line.kind === 'simple' && line.commands.every(isReadOnlyProgram);
}

/** One command of a simple line. */
export function isReadOnlyProgram(words: readonly ShellWord[]): boolean {
  const [program, ...args] = words;
  if (!program) return false;
  const texts = args.map(word => word.text);
  if (program.text === 'cd') return texts.length === 1 && texts[0] !== '-' && texts[0] !== '';
  if (program.text === 'printf') return !texts[0]?.startsWith('-');
  if (anything.includes(program.text)) return true;
  // A file may be called "--output=x": where arguments matter, what the shell will put in must not begin with a dash.
  if (args.some(word => word.hasGlob && /^[*?[-]/.test(word.text))) return false;
  return Object.hasOwn(certain, program.text) && (certain[program.text]?.(texts) ?? false);
}

function options(known: RegExp): OnlyReads {
  return args => args.every(arg => !arg.startsWith('-') || arg === '-' || known.test(arg));
}

function onlyVersion(args: readonly string[]): boolean {
  return args.length === 1 && args[0] === '--version';
}

function findReads(args: readonly string[]): boolean {
  const known =
    /^-(?:[HLP]|a|and|o|or|not|name|iname|path|ipath|wholename|regex|iregex|type|size|mtime|mmin|ctime|cmin|atime|amin|newer|empty|maxdepth|mindepth|depth|prune|print|print0|printf|ls|quit|user|group|perm|readable|executable|writable|links|inum|xdev|mount|true|false|follow|daystart)$/;
  return args.every(arg => !arg.startsWith('-') || known.test(arg) || /^-\d+[a-zA-Z]?$/.test(arg));
}

function rgReads(args: readonly string[]): boolean {
  const known =
    /^-(?:[acFHhiIlLnNopPqsSUuvwx.]+|[ABCgtTmMedjEr]\d*)$|^--(?:files|hidden|no-ignore|glob(?:=.*)?|iglob(?:=.*)?|type(?:=.*)?|type-not(?:=.*)?|type-list|count|count-matches|context(?:=\d+)?|after-context(?:=\d+)?|before-context(?:=\d+)?|files-with-matches|files-without-match|fixed-strings|heading|no-heading|ignore-case|smart-case|invert-match|json|line-number|no-line-number|max-count(?:=\d+)?|max-depth(?:=\d+)?|multiline|only-matching|pcre2|sort(?:=\w+)?|stats|word-regexp|color(?:=\w+)?|version|)$/s;
  return options(known)(args);
}

function sedReads(args: readonly string[]): boolean {
  const [flag, script, ...files] = args;
  return flag === '-n' && /^\d+(?:,(?:\d+|\$))?p$/.test(script ?? '') && files.every(file => !file.startsWith('-'));
}

function legworkReads(args: readonly string[]): boolean {
  const [noun = '', verb = '', ...rest] = args;
  const reads: Readonly<Record<string, readonly string[]>> = {
    agents: ['list', 'show'],
    chats: ['list', 'show', 'export'],
    tasks: ['list', 'show', 'log', 'transcript', 'stats'],
  };
  return (
    Object.hasOwn(reads, noun) &&
    (reads[noun]?.includes(verb) ?? false) &&
    rest.every(arg => !arg.startsWith('-') || /^--(?:json|limit(?:=\d+)?)$/.test(arg))
  );
}

/** Options of git that pick or format what is shown. Git takes unambiguous beginnings of long options, so only whole known ones count. */
const gitShow =
  /^-(?:\d+|[abcgimprsuvwzAMCS]|[nUMCLSG]\S*|p|uall|uno)$|^--(?:stat(?:=[\d,]+)?|shortstat|numstat|name-only|name-status|summary|oneline|graph|decorate(?:=\w+)?|no-decorate|all|branches(?:=\S+)?|tags|remotes|cached|staged|short|branch|porcelain(?:=v[12])?|long|no-color|color(?:=\w+)?|word-diff(?:=\w+)?|minimal|patience|histogram|ignore-all-space|ignore-space-change|ignore-blank-lines|abbrev-commit|no-abbrev-commit|abbrev(?:=\d+)?|no-merges|merges|first-parent|reverse|follow|since=[^\n]*|until=[^\n]*|after=[^\n]*|before=[^\n]*|author=[^\n]*|committer=[^\n]*|grep=[^\n]*|pretty(?:=[^\n]*)?|format=[^\n]*|date=[^\n]*|max-count=\d+|skip=\d+|no-patch|patch|unified=\d+|diff-filter=\w+|find-renames(?:=\S+)?|no-ext-diff|no-textconv|merge-base|untracked-files(?:=\w+)?|ignored|show-toplevel|show-current|abbrev-ref|verify|quiet|git-dir|is-inside-work-tree|show-prefix|count|left-right|others|modified|deleted|exclude-standard|full-name|line-porcelain|list|tree|)$/s;

const gitReading: Readonly<Record<string, OnlyReads>> = {
  blame: options(gitShow),
  branch: args => args.every(arg => /^(?:-a|-r|-v|-vv|--list|--show-current|--all|--remotes|--no-color)$/.test(arg)),
  describe: options(/^--(?:tags|all|always|long|abbrev=\d+|exact-match)$/),
  diff: options(gitShow),
  log: options(gitShow),
  'ls-files': options(gitShow),
  'ls-tree': options(/^-(?:[rtdlz]+)$|^--(?:name-only|name-status|full-tree)$/),
  'merge-base': args => args.every(arg => !arg.startsWith('-') || arg === '--is-ancestor'),
  remote: args => args.length === 0 || (args.length === 1 && args[0] === '-v'),
  'rev-list': options(gitShow),
  'rev-parse': options(gitShow),
  show: options(gitShow),
  status: options(gitShow),
  tag: args => args.length === 0 || (args.length === 1 && /^(?:-l|--list)$/.test(args[0] ?? '')),
};

function gitReads(args: readonly string[]): boolean {
  const [subcommand = '', ...rest] = args[0] === '--no-pager' ? args.slice(1) : args;
  if (subcommand === '--version') return rest.length === 0;
  return Object.hasOwn(gitReading, subcommand) && (gitReading[subcommand]?.(rest) ?? false);
}
