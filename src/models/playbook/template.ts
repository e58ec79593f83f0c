import { AppError, messageOf } from '../../core/error.ts';
import type { Situation } from './situation.ts';

/** A text with its `{{…}}` filled in. */
export type Template = (situation: Situation) => string;
type Filter = (text: string) => string;

const sources: Readonly<Record<string, Template>> = {
  input: situation => situation.input,
  prompt: situation => situation.prompt,
  result: situation =>
    situation.parts.findLast(part => part.from === 'tool')?.text ?? situation.results.at(-1)?.text ?? '',
  notifications: situation => situation.arrived.map(({ report }) => report).join('\n\n'),
  summaries: situation => situation.arrived.map(({ summary }) => summary).join('\n'),
  reports: situation => situation.reports.map(({ report }) => report).join('\n\n'),
  report_count: situation => String(situation.reports.length),
  agent: situation => situation.agent,
  step: situation => String(situation.step),
};

const filters: Readonly<Record<string, (argument: string) => Filter>> = {
  lines: none('lines', text => lines(text).join('\n')),
  count: none('count', text => String(lines(text).length)),
  json: none('json', text => JSON.stringify(text)),
  first: counted('first', (text, count) => lines(text).slice(0, count).join('\n')),
  last: counted('last', (text, count) => (count === 0 ? '' : lines(text).slice(-count).join('\n'))),
  cut: counted('cut', (text, count) =>
    text.length <= count ? text : `${text.slice(0, count).replace(/[\ud800-\udbff]$/, '')}…`,
  ),
  grep: argument => {
    const expression = toRegExp('grep', argument);
    return perLine(line => (expression.test(line) ? line : undefined));
  },
  match: argument => {
    const expression = toRegExp('match', argument);
    return perLine(line => {
      const found = expression.exec(line);
      return found?.[1] ?? found?.[0];
    });
  },
  or: argument => {
    if (argument === '') throw new AppError('bad-input', 'filter "or" takes a text, as in "or none"');
    return text => (text.trim() === '' ? argument : text);
  },
  unique: none('unique', text => [...new Set(lines(text))].join('\n')),
  list: none(
    'list',
    perLine(line => `- ${line}`),
  ),
  join: none('join', text => lines(text).join(', ')),
};

/**
 * Compiles `{{name}}`, `{{results.Tool}}`, `{{results.Tool[0]}}`, `{{'literal'}}`, each with filters after ` | `.
 * An unknown name or filter, or an argument that does not fit, is AppError `bad-input`.
 */
export function compileTemplate(source: string): Template {
  const parts = source.split(/\{\{([\s\S]*?)\}\}/);
  if (parts.length === 1) return () => source;
  // split with one group alternates: text, expression, text, …
  const compiled = parts.map((part, index): Template => (index % 2 === 0 ? () => part : compileExpression(part)));
  return situation => compiled.map(render => render(situation)).join('');
}

function compileExpression(expression: string): Template {
  const [name = '', ...steps] = expression.trim().split(/\s+\|\s*/);
  const from = compileSource(name.trim());
  const through = steps.map(compileFilter);
  return situation => through.reduce((text, filter) => filter(text), from(situation));
}

function compileSource(name: string): Template {
  const literal = /^'([\s\S]*)'$/.exec(name);
  if (literal) return () => literal[1] ?? '';
  const result = /^results\.([A-Za-z][\w.-]*)(?:\[(\d+)\])?$/.exec(name);
  if (result?.[1] !== undefined) return compileResult(result[1], result[2]);
  const known = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (known) return known;
  throw new AppError(
    'bad-input',
    `unknown name {{${name}}}; there are ${Object.keys(sources).join(', ')}, results.<Tool>, results.<Tool>[0], 'literal'`,
  );
}

function compileResult(tool: string, index: string | undefined): Template {
  return situation => {
    const texts = situation.results.filter(result => result.tool === tool);
    return (index === undefined ? texts.at(-1) : texts[Number(index)])?.text ?? '';
  };
}

function compileFilter(step: string): Filter {
  const [, name = '', argument = ''] = /^(\S*)\s*([\s\S]*)$/.exec(step.trim()) ?? [];
  const make = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (make) return make(argument);
  throw new AppError('bad-input', `unknown filter "${name}"; there are ${Object.keys(filters).join(', ')}`);
}

function none(name: string, filter: Filter) {
  return (argument: string): Filter => {
    if (argument !== '') throw new AppError('bad-input', `filter "${name}" takes no argument, found "${argument}"`);
    return filter;
  };
}

function counted(name: string, filter: (text: string, count: number) => string) {
  return (argument: string): Filter => {
    if (!/^\d{1,9}$/.test(argument))
      throw new AppError('bad-input', `filter "${name}" takes a number, as in "${name} 5", found "${argument}"`);
    return text => filter(text, Number(argument));
  };
}

function toRegExp(filter: string, source: string): RegExp {
  if (source === '')
    throw new AppError('bad-input', `filter "${filter}" takes a regular expression, as in "${filter} TODO"`);
  try {
    return new RegExp(source);
  } catch (error) {
    throw new AppError('bad-input', `filter "${filter}": ${messageOf(error)}`, { cause: error });
  }
}

/** Changes each line, or drops it where `change` gives undefined. */
function perLine(change: (line: string) => string | undefined): Filter {
  return text =>
    lines(text)
      .flatMap(line => change(line) ?? [])
      .join('\n');
}

/** Lines that hold more than white space, without what trails on them. */
const lines = (text: string): string[] =>
  text
    .split(/\r\n|\r|\n/)
    .map(line => line.trimEnd())
    .filter(line => line !== '');
