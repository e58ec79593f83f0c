import type { LanguageModelV4Message, LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import * as z from 'zod';
import { lazy } from '../core/lazy.ts';
import type { Message } from './model.ts';
import { wellFormed } from './well-formed.ts';

export type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];

const meta = () => z.custom<SharedV4ProviderMetadata>(value => typeof value === 'object' && value !== null).optional();

/** The order of an answer's parts and what the provider attached to them. Text is not kept twice: only its length is. */
const partSchema = lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('thinking'), text: z.string(), meta: meta() }),
    z.object({ type: z.literal('text'), chars: z.number(), meta: meta() }),
    z.object({ type: z.literal('call'), index: z.number(), meta: meta() }),
  ]),
);
const dataSchema = lazy(() => z.object({ parts: z.array(partSchema()) }));
type Part = z.infer<ReturnType<typeof partSchema>>;

export type PartsRecorder = {
  add(part: LanguageModelV4StreamPart): void;
  /** Undefined when nothing was attached that the provider would miss. */
  data(): { readonly parts: readonly Part[] } | undefined;
};

/** Collects what the provider wants back with an answer: signatures of thoughts, ids of items. */
export function createPartsRecorder(): PartsRecorder {
  const order: string[] = [];
  const parts = new Map<string, Part>();
  let calls = 0;

  function merge(key: string, fresh: Part, more: SharedV4ProviderMetadata | undefined): Part {
    const known = parts.get(key);
    if (!known) order.push(key);
    const part = known ?? fresh;
    const merged = { ...part, ...(more || part.meta ? { meta: mergeMeta(part.meta, more) } : {}) };
    parts.set(key, merged);
    return merged;
  }

  return {
    add(part) {
      switch (part.type) {
        case 'reasoning-start':
        case 'reasoning-delta':
        case 'reasoning-end': {
          const key = `thinking ${part.id}`;
          const merged = merge(key, { type: 'thinking', text: '' }, part.providerMetadata);
          if (part.type === 'reasoning-delta' && merged.type === 'thinking') {
            parts.set(key, { ...merged, text: merged.text + part.delta });
          }
          return;
        }
        case 'text-start':
        case 'text-delta':
        case 'text-end': {
          const key = `text ${part.id}`;
          const merged = merge(key, { type: 'text', chars: 0 }, part.providerMetadata);
          if (part.type === 'text-delta' && merged.type === 'text') {
            parts.set(key, { ...merged, chars: merged.chars + part.delta.length });
          }
          return;
        }
        case 'tool-call':
          merge(`call ${calls}`, { type: 'call', index: calls }, part.providerMetadata);
          calls += 1;
          return;
        default:
          return;
      }
    },
    data() {
      const list = order.flatMap(key => parts.get(key) ?? []);
      return list.some(part => part.meta !== undefined) ? { parts: list } : undefined;
    },
  };
}

function mergeMeta(
  a: SharedV4ProviderMetadata | undefined,
  b: SharedV4ProviderMetadata | undefined,
): SharedV4ProviderMetadata {
  const merged: SharedV4ProviderMetadata = { ...a };
  for (const [name, values] of Object.entries(b ?? {})) merged[name] = { ...merged[name], ...values };
  return merged;
}

type AssistantMessage = Extract<Message, { role: 'assistant' }>;

/** The parts of an answer as they came. Undefined when there is no data, or it does not fit the message (any more). */
export function restoreParts(message: AssistantMessage, wireIds: readonly string[]): AssistantContent | undefined {
  const parsed = dataSchema().safeParse(message.backend);
  if (!parsed.success) return undefined;
  const content: AssistantContent = [];
  let from = 0;
  let calls = 0;
  for (const part of parsed.data.parts) {
    const options = part.meta ? { providerOptions: part.meta } : {};
    if (part.type === 'thinking') content.push({ type: 'reasoning', text: wellFormed(part.text), ...options });
    if (part.type === 'text') {
      const text = message.text.slice(from, from + part.chars);
      from += part.chars;
      if (text.trim() !== '' || part.meta) content.push({ type: 'text', text: wellFormed(text), ...options });
    }
    if (part.type === 'call') {
      const call = message.calls[part.index];
      const toolCallId = wireIds[part.index];
      if (!call || toolCallId === undefined) return undefined;
      calls += 1;
      content.push({ type: 'tool-call', toolCallId, toolName: call.tool, input: wellFormed(call.input), ...options });
    }
  }
  return from === message.text.length && calls === message.calls.length ? content : undefined;
}
