import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ProtocolName } from './base-url.ts';
import type { ProtocolRules } from './protocols/protocol.ts';
import type { ProviderConfig } from './provider-config.ts';

/** What one wire protocol brings: a provider's library, imported when it is first needed, and the rules of its streams. */
export type Adapter = {
  readonly rules: ProtocolRules;
  open(config: ProviderConfig, model: string, fetch: typeof globalThis.fetch): LanguageModelV4;
  /** What a request of this protocol always carries. */
  readonly options: Pick<LanguageModelV4CallOptions, 'providerOptions'>;
};

const noKey = 'none';

/** The libraries read environment variables for what they are not given, so they are given everything. */
export async function loadAdapter(protocol: ProtocolName): Promise<Adapter> {
  switch (protocol) {
    case 'openai-chat':
      return openaiChat();
    case 'openai-responses':
      return openaiResponses();
    case 'anthropic':
      return anthropic();
    case 'google':
      return google();
  }
}

async function openaiChat(): Promise<Adapter> {
  const [{ createOpenAICompatible }, { chatRules }] = await Promise.all([
    import('@ai-sdk/openai-compatible'),
    import('./protocols/chat.ts'),
  ]);
  return {
    rules: chatRules,
    options: {},
    open: ({ name, baseUrl, key, headers }, model, fetch) =>
      createOpenAICompatible({
        name,
        baseURL: baseUrl,
        ...(key === undefined ? {} : { apiKey: key }),
        headers: { ...headers },
        includeUsage: true,
        fetch,
      }).chatModel(model),
  };
}

async function openaiResponses(): Promise<Adapter> {
  const [{ createOpenAI }, { responsesRules }] = await Promise.all([
    import('@ai-sdk/openai'),
    import('./protocols/responses.ts'),
  ]);
  return {
    rules: responsesRules,
    // Nothing is kept on the server: the log is the only history. Thoughts come back sealed, to be sent again.
    options: { providerOptions: { openai: { store: false, include: ['reasoning.encrypted_content'] } } },
    open: ({ baseUrl, key, headers }, model, fetch) =>
      createOpenAI({ baseURL: baseUrl, apiKey: key ?? noKey, headers: { ...headers }, fetch }).responses(model),
  };
}

async function anthropic(): Promise<Adapter> {
  const [{ createAnthropic }, { anthropicRules }] = await Promise.all([
    import('@ai-sdk/anthropic'),
    import('./protocols/anthropic.ts'),
  ]);
  return {
    rules: anthropicRules,
    options: {},
    open: ({ baseUrl, key, headers }, model, fetch) =>
      createAnthropic({ baseURL: baseUrl, apiKey: key ?? noKey, headers: { ...headers }, fetch })(model),
  };
}

async function google(): Promise<Adapter> {
  const [{ createGoogle }, { googleRules }] = await Promise.all([
    import('@ai-sdk/google'),
    import('./protocols/google.ts'),
  ]);
  return {
    rules: googleRules,
    options: {},
    open: ({ baseUrl, key, headers }, model, fetch) =>
      createGoogle({ baseURL: baseUrl, apiKey: key ?? noKey, headers: { ...headers }, fetch })(model),
  };
}
