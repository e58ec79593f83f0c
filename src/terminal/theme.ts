import type { ChalkInstance } from 'chalk';
import type { ThemeName } from '../core/display.ts';

/** What a piece of text is; a theme says how that looks. The first part is what markdown and code need. */
export type Role =
  | 'heading1'
  | 'heading2'
  | 'heading3'
  | 'strong'
  | 'emphasis'
  | 'strike'
  | 'code'
  | 'link'
  | 'quote'
  | 'rule'
  | 'bullet'
  | 'border'
  | 'dim'
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'function'
  | 'type'
  | 'variable'
  | 'operator'
  | 'added'
  | 'removed'
  | 'user'
  | 'accent'
  | 'ok'
  | 'warning'
  | 'error'
  | 'running'
  | 'selected'
  | 'match'
  | 'plan'
  | 'edits'
  | 'bypass';

type Paints = Readonly<Record<Role, (paint: ChalkInstance) => ChalkInstance>>;

/** The sixteen colours that every terminal has and that people have chosen for themselves. */
const dark: Paints = {
  heading1: paint => paint.bold.underline.magentaBright,
  heading2: paint => paint.bold.magentaBright,
  heading3: paint => paint.bold,
  strong: paint => paint.bold,
  emphasis: paint => paint.italic,
  strike: paint => paint.strikethrough,
  code: paint => paint.cyan,
  link: paint => paint.underline.blueBright,
  quote: paint => paint.italic.dim,
  rule: paint => paint.dim,
  bullet: paint => paint.cyan,
  border: paint => paint.dim,
  dim: paint => paint.dim,
  keyword: paint => paint.magenta,
  string: paint => paint.green,
  number: paint => paint.yellow,
  comment: paint => paint.dim,
  function: paint => paint.blueBright,
  type: paint => paint.cyan,
  variable: paint => paint.cyanBright,
  operator: paint => paint.white,
  added: paint => paint.green,
  removed: paint => paint.red,
  user: paint => paint.bold.cyan,
  accent: paint => paint.cyan,
  ok: paint => paint.green,
  warning: paint => paint.yellow,
  error: paint => paint.red,
  running: paint => paint.blueBright,
  selected: paint => paint.inverse,
  match: paint => paint.bold.yellow,
  plan: paint => paint.blueBright,
  edits: paint => paint.magenta,
  bypass: paint => paint.red.bold,
};

const light: Paints = {
  ...dark,
  heading1: paint => paint.bold.underline.magenta,
  heading2: paint => paint.bold.magenta,
  link: paint => paint.underline.blue,
  code: paint => paint.blue,
  bullet: paint => paint.blue,
  number: paint => paint.red,
  function: paint => paint.blue,
  type: paint => paint.blue,
  variable: paint => paint.black,
  operator: paint => paint.black,
  user: paint => paint.bold.blue,
  accent: paint => paint.blue,
  warning: paint => paint.bold.yellow,
  running: paint => paint.blue,
  match: paint => paint.bold.underline,
  plan: paint => paint.blue,
};

/** Nothing is dim and nothing is told by colour alone: weight, underline and inverse carry it. */
const highContrast: Paints = {
  ...dark,
  heading1: paint => paint.bold.underline.whiteBright,
  heading2: paint => paint.bold.whiteBright,
  quote: paint => paint.italic,
  rule: paint => paint.whiteBright,
  border: paint => paint.whiteBright,
  dim: paint => paint.white,
  code: paint => paint.bold.cyanBright,
  link: paint => paint.underline.bold.cyanBright,
  comment: paint => paint.italic.white,
  keyword: paint => paint.bold.magentaBright,
  string: paint => paint.greenBright,
  number: paint => paint.yellowBright,
  added: paint => paint.bold.greenBright,
  removed: paint => paint.bold.redBright,
  user: paint => paint.bold.inverse,
  accent: paint => paint.bold.cyanBright,
  ok: paint => paint.bold.greenBright,
  warning: paint => paint.bold.yellowBright,
  error: paint => paint.bold.redBright,
  running: paint => paint.bold.cyanBright,
};

export const themes: Readonly<Record<Exclude<ThemeName, 'auto' | 'none'>, Paints>> = {
  dark,
  light,
  'high-contrast': highContrast,
};
