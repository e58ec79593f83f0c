import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { Protocol } from './protocol.ts';

export type ClientModel = ReturnType<ReturnType<typeof createAnthropic>['languageModel']>;
type Prompt = Parameters<ClientModel['doStream']>[0]['prompt'];

export const protocolNames = [
  'chat-completions',
  'responses',
  'anthropic',
  'google',
] as const satisfies readonly Protocol['name'][];

/** What a client of today makes of each protocol: the provider packages, pointed at the server. */
export function clientOf(name: Protocol['name'], url: string, apiKey = 'key'): ClientModel {
  switch (name) {
    case 'chat-completions':
      return createOpenAICompatible({ name: 'scripted', baseURL: `${url}/v1`, apiKey, includeUsage: true }).chatModel(
        'm',
      );
    case 'responses':
      return createOpenAI({ baseURL: `${url}/v1`, apiKey }).responses('gpt-5');
    case 'anthropic':
      return createAnthropic({ baseURL: `${url}/v1`, apiKey }).languageModel('claude-sonnet-4-5');
    case 'google':
      return createGoogle({ baseURL: `${url}/v1beta`, apiKey }).languageModel('gemini-2.5-pro');
  }
}

export type Got = {
  text: string;
  thinking: string;
  calls: { toolCallId: string; toolName: string; input: string }[];
  finish?: string;
  usage?: { input: number | undefined; cached: number | undefined; output: number | undefined };
  errors: string[];
  /** What reading the stream threw. */
  thrown?: string;
  /** Metadata of the thoughts, to be given back. */
  signed?: Extract<Prompt[number], { role: 'assistant' }>['providerOptions'];
};

/** Asks and reads to the end; nothing that goes wrong is thrown. */
export async function askClient(model: ClientModel, prompt: Prompt, signal?: AbortSignal): Promise<Got> {
  const got: Got = { text: '', thinking: '', calls: [], errors: [] };
  try {
    const { stream } = await model.doStream({
      prompt,
      tools: ['Glob', 'Read'].map(name => ({ type: 'function', name, inputSchema: { type: 'object' } })),
      ...(signal ? { abortSignal: signal } : {}),
      providerOptions: { openai: { store: false, include: ['reasoning.encrypted_content'] } },
    });
    for await (const part of stream) {
      if (part.type === 'text-delta') got.text += part.delta;
      if (part.type === 'reasoning-delta') got.thinking += part.delta;
      if (part.type === 'reasoning-delta' || part.type === 'reasoning-end')
        got.signed = part.providerMetadata ?? got.signed;
      if (part.type === 'tool-call')
        got.calls.push({ toolCallId: part.toolCallId, toolName: part.toolName, input: part.input });
      if (part.type === 'error')
        got.errors.push(part.error instanceof Error ? part.error.message : JSON.stringify(part.error));
      if (part.type === 'finish') {
        const { inputTokens, outputTokens } = part.usage;
        got.finish = part.finishReason.unified;
        got.usage = { input: inputTokens.total, cached: inputTokens.cacheRead, output: outputTokens.total };
      }
    }
  } catch (error) {
    got.thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return got;
}

export const userPrompt = (text: string): Prompt => [{ role: 'user', content: [{ type: 'text', text }] }];

/** The prompt, the answer, and a result for each of its calls. */
export function answered(prompt: Prompt, got: Got, resultOf: (tool: string) => string): Prompt {
  const calls = got.calls.map(call => ({ type: 'tool-call' as const, ...call, input: JSON.parse(call.input) }));
  const thoughts = got.signed ? [{ type: 'reasoning' as const, text: got.thinking, providerOptions: got.signed }] : [];
  return [
    ...prompt,
    { role: 'assistant', content: [...thoughts, { type: 'text', text: got.text }, ...calls] },
    {
      role: 'tool',
      content: calls.map(({ toolCallId, toolName }) => ({
        type: 'tool-result',
        toolCallId,
        toolName,
        output: { type: 'text', value: resultOf(toolName) },
      })),
    },
  ];
}
