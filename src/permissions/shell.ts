/** A word after quotes and backslashes were taken away. `hasGlob`: an unquoted `*`, `?` or `[` that the shell would replace. */
export type ShellWord = { readonly text: string; readonly hasGlob: boolean };
type SimpleCommand = readonly ShellWord[];

/**
 * - `simple`: commands joined by `&&`, `||`, `;`, `|` or line ends, and nothing in them but words. What stands in `commands` is all that runs.
 * - `complex`: anything beyond that, or not understood. Nothing may be concluded from it.
 */
export type ShellLine =
  | { readonly kind: 'simple'; readonly commands: readonly SimpleCommand[] }
  | { readonly kind: 'complex'; readonly why: string };

/** Redirections that write nowhere: to `/dev/null`, or one output into the other. Only between words. */
const harmlessRedirection = /(?:[12]?>>?[ \t]*\/dev\/null|[12]?>&[12])(?=[ \t\n;|]|$)/y;
/** Words in first place that begin a construct of the shell instead of naming a program. */
const keywords = new Set(
  '! [[ ]] { } case coproc do done elif else esac fi for function if in select then time until while'.split(' '),
);
const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** Reads a command line conservatively: what it calls simple means to bash, dash and zsh exactly what it says. Linear in the length. */
export function readShell(line: string): ShellLine {
  // Control characters (a carriage return above all), and characters that are drawn as nothing or turn the text around.
  if (/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return complex('control or invisible characters');
  const commands: ShellWord[][] = [];
  let words: ShellWord[] = [];
  let position = 0;
  let needsCommand = false;
  while (position < line.length) {
    const character = line[position] ?? '';
    if (character === ' ' || character === '\t') {
      position += 1;
      continue;
    }
    const joint = jointAt(line, position);
    if (joint === 'unknown') return complex('a job in the background or an unknown joint');
    if (joint !== undefined) {
      if (words.length === 0 && joint !== '\n') return complex('an empty command');
      if (words.length > 0) commands.push(words);
      needsCommand = joint === '\n' ? needsCommand && words.length === 0 : joint !== ';';
      words = [];
      position += joint.length;
      continue;
    }
    harmlessRedirection.lastIndex = position;
    if (words.length > 0 && harmlessRedirection.test(line)) {
      position = harmlessRedirection.lastIndex;
      continue;
    }
    const read = readWord(line, position);
    if ('why' in read) return complex(read.why);
    if (words.length === 0 && read.isProgramUnclear) return complex('what would run is not plain');
    words.push(read.word);
    position = read.end;
  }
  if (words.length > 0) commands.push(words);
  if (commands.length === 0) return complex('no command');
  if (needsCommand && words.length === 0) return complex('a joint without a command after it');
  return { kind: 'simple', commands };
}

function complex(why: string): ShellLine {
  return { kind: 'complex', why };
}

/** What separates commands at this place; undefined inside a command. */
function jointAt(line: string, position: number): '&&' | '||' | ';' | '|' | '\n' | 'unknown' | undefined {
  const two = line.slice(position, position + 2);
  if (two === '&&' || two === '||') return two;
  if (two === ';;' || two === '|&' || two === ';&') return 'unknown';
  const one = line[position];
  if (one === ';' || one === '|' || one === '\n') return one;
  return one === '&' ? 'unknown' : undefined;
}

type ReadWord =
  | { readonly word: ShellWord; readonly end: number; readonly isProgramUnclear: boolean }
  | { readonly why: string };

function readWord(line: string, start: number): ReadWord {
  let text = '';
  let hasGlob = false;
  let position = start;
  while (position < line.length) {
    const character = line[position] ?? '';
    if (' \t\n;|&'.includes(character)) break;
    if (character === "'" || character === '"') {
      const quoted = readQuoted(line, position, character);
      if (!quoted) return { why: 'quotes that do not end, or that hold a substitution' };
      text += quoted.text;
      position = quoted.end;
      continue;
    }
    if (character === '\\') {
      const next = line[position + 1];
      if (next === undefined || next === '\n') return { why: 'a backslash at the end of a line' };
      text += next;
      position += 2;
      continue;
    }
    if ('$`(){}<>'.includes(character))
      return { why: `"${character}": a substitution, redirection, group or expansion` };
    if (character === '#' && position === start) return { why: 'a comment' };
    if ('*?['.includes(character)) hasGlob = true;
    text += character;
    position += 1;
  }
  const written = line.slice(start, position);
  const isProgramUnclear =
    hasGlob ||
    text === '' ||
    text.startsWith('~') ||
    text.startsWith('=') ||
    keywords.has(text) ||
    assignment.test(written);
  return { word: { text, hasGlob }, end: position, isProgramUnclear };
}

/** The text between quotes that open at `start`; undefined when they do not close or hold anything that the shell would replace. */
function readQuoted(line: string, start: number, quote: "'" | '"'): { text: string; end: number } | undefined {
  let text = '';
  for (let position = start + 1; position < line.length; position += 1) {
    const character = line[position] ?? '';
    if (character === quote) return { text, end: position + 1 };
    if (quote === "'") {
      text += character;
      continue;
    }
    if (character === '$' || character === '`') return undefined;
    if (character !== '\\') {
      text += character;
      continue;
    }
    const next = line[position + 1] ?? '';
    if (next === '\n') return undefined;
    text += '\\"$`'.includes(next) ? next : `\\${next}`;
    position += 1;
  }
  return undefined;
}

/**
 * Every word that a line could hold in some reading of it, for rules that forbid: once with quotes and backslashes taken away (`r''m` is `rm`),
 * once with them and colons as spaces (`-c"rm x"` and `ext::rm` hold `rm`). Order is kept.
 */
export function wordsInAnyReading(line: string): readonly (readonly string[])[] {
  const split = (text: string) => text.split(/[\s;&|()<>{}$`=,!\p{Cc}]+/u).filter(word => word !== '');
  return [split(line.replace(/['"\\]/g, '')), split(line.replace(/['"\\:]/g, ' '))];
}
