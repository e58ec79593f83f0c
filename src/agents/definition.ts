import type { AgentDefinition } from '../core/agent.ts';
import { limits } from '../core/limits.ts';
import { readFields, type SetFields } from './fields.ts';
import { readFrontmatter } from './frontmatter.ts';
import { knownFields } from './header-fields.ts';
import { type DefinitionProblem, errorAt, type LineProblem } from './problem.ts';
import type { ToolListContext } from './tool-list.ts';

export type DefinitionContext = Omit<ToolListContext, 'isForeign'> & {
  readonly kind: AgentDefinition['source']['kind'];
};

/** What one file says: only the fields that it sets. Without a prompt it changes the definition of the same name one level below. */
export type Draft = {
  readonly name: string;
  readonly nameLine: number;
  readonly fields: SetFields;
  readonly prompt: string;
  readonly source: AgentDefinition['source'];
};
export type ParsedDraft = { readonly draft?: Draft; readonly problems: readonly DefinitionProblem[] };

/** Reads one definition file. Never throws for what stands in it: with an error among the problems there is no draft. */
export async function parseDraft(
  path: string,
  content: Uint8Array | string,
  context: DefinitionContext,
): Promise<ParsedDraft> {
  const text = typeof content === 'string' ? content : decode(content);
  if (typeof text !== 'string') return { problems: at(path, [text.problem]) };
  if (text.length > limits.definitionBytes)
    return { problems: at(path, [errorAt(1, `the file is larger than ${limits.definitionBytes} bytes`)]) };
  const { fields, body, problems } = await readFrontmatter(text);
  if (problems.length > 0) return { problems: at(path, problems) };
  const known = knownFields(fields);
  const read = readFields(known.known, { knownTools: context.knownTools, isForeign: isForeignPath(path) });
  const all = [...known.problems, ...read.problems];
  if (body.includes('\u0000')) all.push(errorAt(1, 'the prompt holds NUL characters; this is not a text file'));
  const isOverlay = body === '';
  if (read.fields.description === undefined && !isOverlay && !known.known.has('description')) {
    all.push(errorAt(1, '"description" is missing: say when this agent is to be used'));
  }
  if (read.name === undefined || all.some(problem => problem.level === 'error')) return { problems: at(path, all) };
  const source = { kind: context.kind, path };
  return {
    draft: { name: read.name, nameLine: read.nameLine, fields: read.fields, prompt: body, source },
    problems: at(path, all),
  };
}

/**
 * Completes a draft: what it does not set has its default or, when it has no prompt, comes from `below`.
 * Undefined when it has no prompt and there is nothing below.
 */
export function completeDraft(draft: Draft, below: AgentDefinition | undefined): AgentDefinition | undefined {
  if (draft.prompt === '') return below && { ...below, ...draft.fields, source: draft.source };
  return {
    description: '',
    tools: 'all',
    disallowedTools: [],
    model: 'inherit',
    skills: [],
    mcpServers: [],
    ...draft.fields,
    name: draft.name,
    prompt: draft.prompt,
    source: draft.source,
  };
}

/** Reads one file that stands alone, as `agents check <file>` does: a file without a prompt is an error. */
export async function parseDefinition(
  path: string,
  content: Uint8Array | string,
  context: DefinitionContext,
): Promise<{ readonly definition?: AgentDefinition; readonly problems: readonly DefinitionProblem[] }> {
  const { draft, problems } = await parseDraft(path, content, context);
  if (!draft) return { problems };
  const definition = completeDraft(draft, undefined);
  return definition ? { definition, problems } : { problems: [...problems, nothingToOverlay(draft)] };
}

export function nothingToOverlay(draft: Draft): DefinitionProblem {
  const message = `the file has no prompt, and there is no other definition "${draft.name}" that it could change; write the prompt below the header`;
  return { path: draft.source.path, ...errorAt(draft.nameLine, message) };
}

function isForeignPath(path: string): boolean {
  return /[/\\]\.claude[/\\]agents[/\\]/.test(path);
}

function decode(bytes: Uint8Array): string | { problem: LineProblem } {
  if (bytes.length > limits.definitionBytes)
    return { problem: errorAt(1, `the file is larger than ${limits.definitionBytes} bytes`) };
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { problem: errorAt(lineOfInvalidByte(bytes), 'the file is not valid UTF-8; save it in that encoding') };
  }
}

/** The first line that does not decode by itself (a line feed byte never is part of a longer UTF-8 sequence). */
function lineOfInvalidByte(bytes: Uint8Array): number {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = whole.indexOf(10, start);
    const part = whole.subarray(start, end === -1 ? whole.length : end);
    if (!Buffer.from(part.toString('utf8'), 'utf8').equals(part) || end === -1) return line;
    start = end + 1;
  }
}

function at(path: string, problems: readonly LineProblem[]): DefinitionProblem[] {
  return problems.map(problem => ({ path, ...problem }));
}
