/** Signs of the interface, one cell wide each (spinner and borders too). */
export type Glyphs = {
  readonly prompt: string;
  readonly dot: string;
  readonly tick: string;
  readonly cross: string;
  readonly stopped: string;
  readonly parked: string;
  readonly started: string;
  readonly result: string;
  readonly returned: string;
  readonly thought: string;
  readonly warning: string;
  readonly note: string;
  readonly question: string;
  readonly recovered: string;
  readonly branch: string;
  readonly corner: string;
  readonly bar: string;
  readonly line: string;
  readonly pointer: string;
  readonly up: string;
  readonly down: string;
  readonly ellipsis: string;
  readonly separator: string;
  readonly full: string;
  readonly empty: string;
  readonly spinner: readonly string[];
};

export const unicode: Glyphs = {
  prompt: '>',
  dot: '●',
  tick: '✓',
  cross: '✗',
  stopped: '■',
  parked: '⏸',
  started: '▶',
  result: '⎿',
  returned: '↩',
  thought: '∴',
  warning: '!',
  note: '·',
  question: '?',
  recovered: '↻',
  branch: '├─',
  corner: '└─',
  bar: '│',
  line: '─',
  pointer: '›',
  up: '↑',
  down: '↓',
  ellipsis: '…',
  separator: '·',
  full: '█',
  empty: '░',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

export const ascii: Glyphs = {
  prompt: '>',
  dot: '*',
  tick: '+',
  cross: 'x',
  stopped: '#',
  parked: '=',
  started: '>',
  result: '`',
  returned: '<',
  thought: '~',
  warning: '!',
  note: '-',
  question: '?',
  recovered: '@',
  branch: '|-',
  corner: '`-',
  bar: '|',
  line: '-',
  pointer: '>',
  up: '^',
  down: 'v',
  ellipsis: '.',
  separator: '-',
  full: '#',
  empty: '.',
  spinner: ['-', '\\', '|', '/'],
};
