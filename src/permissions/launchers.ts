import { basename } from 'node:path';

type RunsOthers = (args: readonly string[]) => boolean;

/** Programs and words of the shell that run what their arguments say, or change what later words mean. */
const always = new Set(
  [
    '. alias ash at batch bash bind builtin busybox chroot chrt command complete coproc crontab csh dash declare doas ed emacs enable',
    'env eval ex exec expect export fc fish flock gdb hash ionice ksh less let local ltrace man mapfile more nice nohup nsenter nvim parallel',
    'perf popd pushd pwsh rbash read readarray readonly runuser screen script set setsid sh shopt source ssh stdbuf strace su sudo systemd-run',
    'tcsh time timeout tmux toybox trap typeset unalias unset unshare valgrind vi view vim vimdiff watch xargs zsh',
  ]
    .join(' ')
    .split(' '),
);

/** Programs that run others only with certain arguments. */
const sometimes: Readonly<Record<string, RunsOthers>> = {
  awk: awkRuns,
  cargo: args => args.some(isLong('--config')),
  fd: args => args.some(arg => /^-[^-]*[xX]/.test(arg) || isLong('--exec', '--exec-batch')(arg)),
  find: args =>
    args.some(arg => /^-(?:exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls|files0-from)$/.test(arg)),
  gawk: awkRuns,
  git: gitRuns,
  go: args => args.some(arg => /^--?(?:exec|toolexec|vettool)(?:=|$)/.test(arg)),
  install: args => args.some(isLong('--strip-program')),
  make: args => args.some(arg => isLong('--eval')(arg) || /^(?:SHELL|MAKEFLAGS|MAKE)\s*[:+?]?=/.test(arg)),
  mawk: awkRuns,
  nawk: awkRuns,
  // Bash evaluates the index of an array that such an option names: a[$(…)].
  printf: args => args.some(arg => /^-[^-]*v/.test(arg)),
  rg: args => args.some(arg => /^--(?:pre|hostname-bin)(?:=|$)/.test(arg)),
  rsync: args => args.some(arg => /^-[^-]*e/.test(arg) || isLong('--rsh', '--rsync-path')(arg)),
  scp: args => args.some(arg => /^-[^-]*[SoF]/.test(arg)),
  sed: sedRuns,
  sort: args => args.some(isLong('--compress-program')),
  split: args => args.some(isLong('--filter')),
  tar: tarRuns,
  test: args => args.includes('-v') || args.includes('-R'),
  wait: args => args.some(arg => /^-[^-]*p/.test(arg)),
  wget: args => args.some(arg => /^-[^-]*e/.test(arg) || isLong('--execute', '--use-askpass')(arg)),
  zip: args => args.some(arg => /^-[^-]*TT?/.test(arg) || isLong('--unzip-command')(arg)),
};

/** Whether these words start a program that starts another one which a rule for the first word says nothing about. */
export function runsOthers(words: readonly string[]): boolean {
  const name = basename(words[0] ?? '');
  if (always.has(name)) return true;
  return Object.hasOwn(sometimes, name) && (sometimes[name]?.(words.slice(1)) ?? false);
}

/** Long options may be written short (`--comp` for `--compress-program`) and with a value behind `=`. */
function isLong(...options: readonly string[]): (arg: string) => boolean {
  return arg => {
    const name = arg.split('=', 1)[0] ?? arg;
    return name.length >= 4 && name.startsWith('--') && options.some(option => option.startsWith(name));
  };
}

const gitLong = isLong(
  '--exec',
  '--exec-path',
  '--ext-diff',
  '--textconv',
  '--open-files-in-pager',
  '--upload-pack',
  '--receive-pack',
  '--config',
  '--config-env',
  '--extcmd',
  '--template',
);
const gitRunning = new Set([
  'filter-branch',
  'difftool',
  'mergetool',
  'send-email',
  'instaweb',
  'daemon',
  'shell',
  'web--browse',
  'hook',
]);

function gitRuns(args: readonly string[]): boolean {
  const own = args.findIndex(arg => !arg.startsWith('-'));
  const before = own === -1 ? args : args.slice(0, own);
  if (before.some(arg => !['--no-pager', '-P', '--version', '--help', '--no-optional-locks'].includes(arg)))
    return true;
  const [subcommand = '', ...rest] = own === -1 ? [] : args.slice(own);
  if (gitRunning.has(subcommand)) return true;
  if (subcommand === 'config')
    return !rest.some(arg => ['--get', '--get-all', '--list', '-l', 'get', 'list'].includes(arg));
  if (subcommand === 'bisect' && rest.includes('run')) return true;
  if (subcommand === 'submodule' && rest.includes('foreach')) return true;
  if (subcommand === 'grep' && rest.some(arg => /^-[^-]*O/.test(arg))) return true;
  if (subcommand === 'rebase' && rest.some(arg => /^-[^-]*x/.test(arg))) return true;
  if (subcommand === 'clone' && rest.some(arg => /^-[^-]*[cu]/.test(arg))) return true;
  return rest.some(arg => gitLong(arg) || arg.includes('ext::'));
}

const tarLong = isLong(
  '--to-command',
  '--checkpoint-action',
  '--use-compress-program',
  '--rsh-command',
  '--rmt-command',
  '--info-script',
  '--new-volume-script',
);

function tarRuns(args: readonly string[]): boolean {
  const [first = ''] = args;
  if (!first.startsWith('-') && /[IF]/.test(first)) return true;
  return args.some(arg => /^-[^-]*[IF]/.test(arg) || tarLong(arg));
}

function awkRuns(args: readonly string[]): boolean {
  return args.some(arg => /system|getline|[|>@]/.test(arg) || /^-[^-]*[fiElev]/.test(arg) || arg.startsWith('--'));
}

const plainSed = [
  /^(?:\d+|\$|\/[^/\\]*\/)?(?:,(?:\d+|\$|\/[^/\\]*\/))?[pdq=]$/,
  /^s([/|#,:@])(?:(?!\1)[^\\\n]|\\[^\n])*\1(?:(?!\1)[^\\\n]|\\[^\n])*\1[gpiI0-9]*$/,
];

/** The `e`, `r`, `w` commands of sed run programs and touch other files: only scripts of plain substitutions and line choices are known not to. */
function sedRuns(args: readonly string[]): boolean {
  const scripts: string[] = [];
  let hasPositional = false;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '-e') {
      index += 1;
      scripts.push(args[index] ?? '');
      continue;
    }
    if (/^-[nErsuzi]+$/.test(arg)) continue;
    if (arg.startsWith('-')) return true;
    if (!hasPositional && !args.includes('-e')) scripts.push(arg);
    hasPositional = true;
  }
  return scripts.length === 0 || !scripts.every(script => plainSed.some(plain => plain.test(script)));
}
