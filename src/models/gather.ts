import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ToolCall } from '../core/entry.ts';
import type { Usage } from '../core/usage.ts';
import { createPartsRecorder } from './backend-data.ts';
import { unique } from './call-ids.ts';
import { Broken, breakageOf, type Endpoint, nameOf, said } from './failure.ts';
import type { Answer, ModelEvent, StopReason } from './model.ts';

export type Gathered = {
  /** What the part is for whoever watches; undefined when it is nothing to them. Throws `Broken` for an error of the provider. */
  add(part: LanguageModelV4StreamPart): ModelEvent | undefined;
  readonly text: string;
  /** Throws `Broken` of kind `protocol` when the answer is not whole. */
  answer(usage: Usage): Answer;
};

/** Collects the parts of a stream into an answer. */
export function createGathered(endpoint: Endpoint): Gathered {
  const recorder = createPartsRecorder();
  const calls: { readonly id: string; readonly tool: string; readonly json: string }[] = [];
  const begun = new Set<string>();
  let text = '';
  let thinking = '';
  let finish: LanguageModelV4FinishReason | undefined;

  function broken(why: string): Broken {
    return new Broken('protocol', `${nameOf(endpoint)} ${why}.`);
  }

  function wholeCalls(): ToolCall[] {
    const isCut = finish?.unified === 'length';
    if (!isCut && begun.size > 0) throw broken('began a tool call and did not finish it');
    if (calls.some(call => call.tool.trim() === '')) throw broken('called a tool without a name');
    const used = new Set<string>();
    return calls.flatMap(({ id, tool, json }, index) => {
      const input = inputOf(json);
      if (input !== undefined) return [{ callId: unique(id.trim() || `call_${index + 1}`, used), tool, input }];
      // At the output limit the last call is cut by nature; asking again would end the same way.
      if (isCut) return [];
      throw broken(`called ${said(tool, endpoint)} with input that is not a whole JSON object`);
    });
  }

  return {
    get text() {
      return text;
    },
    add(part) {
      recorder.add(part);
      switch (part.type) {
        case 'text-delta':
          text += part.delta;
          return part.delta === '' ? undefined : { type: 'text', delta: part.delta };
        case 'reasoning-delta':
          thinking += part.delta;
          return part.delta === '' ? undefined : { type: 'thinking', delta: part.delta };
        case 'tool-input-start':
          begun.add(part.id);
          return { type: 'call', tool: part.toolName };
        case 'tool-call':
          begun.delete(part.toolCallId);
          calls.push({ id: part.toolCallId, tool: part.toolName, json: part.input });
          return undefined;
        case 'finish':
          finish = part.finishReason;
          return undefined;
        case 'error':
          throw breakageOf(part.error)
            ? part.error
            : broken(`sent what cannot be understood: ${said(String(part.error), endpoint)}`);
        default:
          return undefined;
      }
    },
    answer(usage) {
      if (!finish || finish.unified === 'interrupted' || finish.unified === 'error') {
        throw broken('ended its answer in the middle, without an end mark');
      }
      const whole = wholeCalls();
      const backend = recorder.data();
      const isSame = whole.length === calls.length;
      return {
        text,
        ...(thinking === '' ? {} : { thinking }),
        calls: whole,
        stop: stopOf(finish, whole),
        usage,
        ...(backend && isSame ? { backend } : {}),
      };
    },
  };
}

/** Servers disagree on the reason when there are calls; that there are calls is what counts. */
function stopOf({ unified }: LanguageModelV4FinishReason, calls: readonly ToolCall[]): StopReason {
  if (unified === 'content-filter') return 'refused';
  if (unified === 'length') return 'length';
  return calls.length > 0 ? 'tools' : 'end';
}

/** Undefined unless the text is a whole JSON object. No text at all is how some servers call a tool without parameters. */
function inputOf(json: string): object | undefined {
  if (json.trim() === '') return {};
  try {
    const input: unknown = JSON.parse(json);
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : undefined;
  } catch {
    // Cut or broken: the caller says so.
    return undefined;
  }
}
