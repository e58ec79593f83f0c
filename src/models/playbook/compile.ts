import { isFault } from '../../core/error.ts';
import type { Playbook, Script } from './playbook.ts';
import type { Action, PlaybookFile } from './schema.ts';
import type { Situation } from './situation.ts';
import { compileTemplate, type Template } from './template.ts';

/** Where in the file: keys and indexes from the root. */
export type At = readonly PropertyKey[];
export type Report = (at: At, message: string) => void;

const chunkChars = 24;

/** Compiles templates and checks what a schema cannot. Problems go to `report`; the result counts only when there were none. */
export function compilePlaybook(
  file: PlaybookFile,
  path: string,
  lineOf: (at: At) => number,
  report: Report,
): Playbook {
  return {
    name: file.name,
    description: file.description,
    path,
    contextWindow: file.context_window,
    rules: file.replies.map(({ when = {}, ...action }, index) => {
      const at = ['replies', index];
      if (when.is_error !== undefined && when.from !== undefined && when.from !== 'tool') {
        report([...at, 'when', 'is_error'], `is_error is of tool results; it cannot go with from: ${when.from}`);
      }
      if (when.tool !== undefined && when.from !== undefined && when.from !== 'tool') {
        report([...at, 'when', 'tool'], `tool is of tool results; it cannot go with from: ${when.from}`);
      }
      return { line: lineOf(at), when, script: compileAction(action, at, report) };
    }),
    fallback: file.default && compileAction(file.default, ['default'], report),
  };
}

function compileAction(action: Action, at: At, report: Report): Script {
  const { call = [], fault } = action;
  if (action.say === undefined && call.length === 0 && fault === undefined) {
    report(at, 'a reply that does nothing; it needs say, call or fault');
  }
  if (fault?.retryAfter !== undefined && fault.kind !== 'status')
    report([...at, 'fault', 'retry_after'], 'retry_after goes only with status');
  if (fault?.kind === 'incomplete_call' && call.length === 0) report([...at, 'fault'], 'incomplete_call needs a call');
  if (fault?.kind === 'duplicate_call_ids' && call.length < 2)
    report([...at, 'fault'], 'duplicate_call_ids needs two calls or more');
  return {
    say: optional(action.say, [...at, 'say'], report),
    think: optional(action.think, [...at, 'think'], report),
    calls: call.map((one, index) => ({
      tool: one.tool,
      id: one.id,
      input: compileInput(one.input, [...at, 'call', index, 'input'], report),
    })),
    delayMs: action.delay_ms ?? 0,
    chunkChars: action.chunk_chars ?? chunkChars,
    chunkDelayMs: action.chunk_delay_ms ?? 0,
    usage: action.usage ?? {},
    stop: action.stop ?? (call.length > 0 ? 'tools' : 'end'),
    fault,
  };
}

/** Strings anywhere in a call's input are templates; all else stands as it is. */
function compileInput(value: unknown, at: At, report: Report): (situation: Situation) => unknown {
  if (typeof value === 'string') return template(value, at, report);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileInput(item, [...at, index], report));
    return situation => items.map(item => item(situation));
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => [key, compileInput(member, [...at, key], report)] as const,
    );
    return situation => Object.fromEntries(members.map(([key, member]) => [key, member(situation)]));
  }
  return () => value;
}

const optional = (source: string | undefined, at: At, report: Report): Template | undefined =>
  source === undefined ? undefined : template(source, at, report);

function template(source: string, at: At, report: Report): Template {
  try {
    return compileTemplate(source);
  } catch (error) {
    if (!isFault(error)) throw error;
    report(at, error.message);
    return () => source;
  }
}
