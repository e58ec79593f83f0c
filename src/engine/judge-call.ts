import type { ToolCall } from '../core/entry.ts';
import type { CallToJudge, Decide, Decision, Policy } from '../permissions/policy.ts';
import { parseInput } from '../tools/spec.ts';
import type { AnyTool } from '../tools/tool.ts';

/** A call after the door: its tool is known, its input has the tool's shape, and it was judged. */
export type JudgedCall =
  | {
      readonly kind: 'judged';
      readonly call: ToolCall;
      readonly tool: AnyTool;
      readonly input: unknown;
      readonly decision: Decision;
      readonly isReadOnly: boolean;
      readonly isRepeatable: boolean;
      readonly resource: string | undefined;
    }
  /** Cannot run; the message says to the model what would be right. */
  | { readonly kind: 'refused'; readonly call: ToolCall; readonly message: string };

export type Judge = {
  readonly tools: readonly AnyTool[];
  readonly policies: readonly Policy[];
  readonly cwd: string;
  readonly decide: Decide;
};

/** Judges one call. Pure: asks nobody, runs nothing. */
export function judgeCall(judge: Judge, call: ToolCall): JudgedCall {
  const tool = judge.tools.find(candidate => candidate.name === call.tool);
  if (!tool) {
    const names = judge.tools.map(candidate => candidate.name).join(', ');
    return {
      kind: 'refused',
      call,
      message: `Error: there is no tool "${call.tool}". Available tools: ${names || 'none'}.`,
    };
  }
  const parsed = parseInput(tool, call.input);
  if (!parsed.ok) return { kind: 'refused', call, message: `Error: ${parsed.message}` };
  const access = tool.accessOf?.(parsed.input, judge.cwd) ?? tool.access;
  const toJudge: CallToJudge = { tool: tool.name, access, subjects: tool.subjects?.(parsed.input, judge.cwd) ?? [] };
  const isReadOnly = access === 'none' || access === 'read';
  return {
    kind: 'judged',
    call,
    tool,
    input: parsed.input,
    decision: judge.decide(toJudge, judge.policies),
    isReadOnly,
    isRepeatable: tool.isRepeatable ?? isReadOnly,
    resource: tool.resource?.(parsed.input, judge.cwd),
  };
}
