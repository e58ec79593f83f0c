import type { LanguageModelV4FunctionTool, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { type AssistantContent, restoreParts } from './backend-data.ts';
import type { ProtocolName } from './base-url.ts';
import { type CallIds, createCallIds } from './call-ids.ts';
import { providerOf } from './handle.ts';
import type { Message, ModelRequest, ToolSpec } from './model.ts';
import { wellFormed } from './well-formed.ts';

type AssistantMessage = Extract<Message, { role: 'assistant' }>;
type ToolMessage = Extract<Message, { role: 'tool' }>;

export type PromptOptions = { readonly provider: string; readonly protocol: ProtocolName };

/** Where Anthropic may cache the request up to; it honours four marks. */
const cacheMark = { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } } as const;
/** The ends of the last messages: what was there at the last request, and what will be at the next. */
const markedMessages = 2;

/** The conversation in the words of the provider's library. */
export function promptOf(request: ModelRequest, options: PromptOptions): LanguageModelV4Prompt {
  const ids = createCallIds(options.protocol);
  const lastUser = request.messages.findLastIndex(message => message.role === 'user');
  const prompt: LanguageModelV4Message[] = [];
  for (const [index, message] of request.messages.entries()) {
    if (message.role === 'user') prompt.push(userMessage(message.text));
    if (message.role === 'assistant') addAssistant(prompt, message, { ...options, ids, isRecent: index > lastUser });
    if (message.role === 'tool') addResult(prompt, message, { ...options, ids });
  }
  const system: LanguageModelV4Prompt =
    request.system === '' ? [] : [{ role: 'system', content: wellFormed(request.system) }];
  return options.protocol === 'anthropic' ? withCacheMarks([...system, ...prompt]) : [...system, ...prompt];
}

export function toolsOf(tools: readonly ToolSpec[], protocol: ProtocolName): LanguageModelV4FunctionTool[] {
  return tools.map(({ name, description, inputSchema }, index) => ({
    type: 'function',
    name,
    description: wellFormed(description),
    inputSchema,
    ...(protocol === 'anthropic' && index === tools.length - 1 ? cacheMark : {}),
  }));
}

/** Providers refuse a message without text. */
function userMessage(text: string): LanguageModelV4Message {
  return { role: 'user', content: [{ type: 'text', text: text.trim() === '' ? '(empty message)' : wellFormed(text) }] };
}

type AssistantOptions = PromptOptions & { readonly ids: CallIds; readonly isRecent: boolean };

function addAssistant(prompt: LanguageModelV4Message[], message: AssistantMessage, options: AssistantOptions): void {
  const isOurs = providerOf(message.model) === options.provider;
  const wireIds = options.ids.begin(message.calls);
  const restored = isOurs ? restoreParts(message, wireIds) : undefined;
  const content = restored ?? [...thoughts(message, isOurs, options), ...plainParts(message, wireIds)];
  if (content.length > 0) prompt.push({ role: 'assistant', content });
}

/**
 * Servers of open models want the thoughts of the running exchange back, and not those of earlier ones
 * (https://api-docs.deepseek.com/guides/thinking_mode). Other protocols take thoughts only with their signatures.
 */
function thoughts(
  message: AssistantMessage,
  isOurs: boolean,
  { protocol, isRecent }: AssistantOptions,
): AssistantContent {
  if (!isOurs || !isRecent || protocol !== 'openai-chat' || !message.thinking) return [];
  return [{ type: 'reasoning', text: wellFormed(message.thinking) }];
}

function plainParts({ text, calls }: AssistantMessage, wireIds: readonly string[]): AssistantContent {
  const said: AssistantContent = text.trim() === '' ? [] : [{ type: 'text', text: wellFormed(text) }];
  const asked = calls.map((call, index) => ({
    type: 'tool-call' as const,
    toolCallId: wireIds[index] ?? call.callId,
    toolName: call.tool,
    input: wellFormed(call.input),
  }));
  return [...said, ...asked];
}

/** Results follow their answer in one message. One that answers no open call is left out: a provider would refuse all for it. */
function addResult(
  prompt: LanguageModelV4Message[],
  message: ToolMessage,
  { ids, protocol }: PromptOptions & { readonly ids: CallIds },
): void {
  const toolCallId = ids.answer(message.callId);
  if (toolCallId === undefined) return;
  const part = {
    type: 'tool-result' as const,
    toolCallId,
    toolName: message.tool,
    output: outputOf(message, protocol),
  };
  const last = prompt.at(-1);
  if (last?.role !== 'tool') return void prompt.push({ role: 'tool', content: [part] });
  prompt[prompt.length - 1] = { role: 'tool', content: [...last.content, part] };
}

/** Only Anthropic marks a result as failed; elsewhere the text has to say it. */
function outputOf({ text, isError }: ToolMessage, protocol: ProtocolName) {
  const value = text === '' ? '(no output)' : wellFormed(text);
  if (!isError) return { type: 'text' as const, value };
  const isSaid = protocol === 'anthropic' || /^error\b/i.test(value);
  return { type: 'error-text' as const, value: isSaid ? value : `Error: ${value}` };
}

function withCacheMarks(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const ends = prompt.flatMap((message, index) => (message.role === 'user' || message.role === 'tool' ? [index] : []));
  const marked = new Set(ends.slice(-markedMessages));
  return prompt.map((message, index) =>
    message.role === 'system' || marked.has(index) ? { ...message, ...cacheMark } : message,
  );
}
