import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ProtocolName } from './base-url.ts';
import type { ProtocolRules } from './protocols/protocol.ts';
import type { ProviderConfig } from './provider-config.ts';
import type { GuardedRequest } from './wire/guarded-request.ts';

export type Asking = { readonly config: ProviderConfig; readonly model: string; readonly request: GuardedRequest };

/** What one wire protocol brings: the rules of its streams, and how a call is put and its answer read. */
export type Adapter = {
  readonly rules: ProtocolRules;
  stream(call: LanguageModelV4CallOptions, asking: Asking): Promise<AsyncIterable<LanguageModelV4StreamPart>>;
};

/** A provider's library, with the fetch that it is to use. */
type Open = (config: ProviderConfig, model: string, fetch: typeof globalThis.fetch) => LanguageModelV4;

const noKey = 'none';

/**
 * Imports what a protocol needs when it is first used. Chat completions need no library: loading one, and the `fetch` that all
 * of them load, took twice as long as a whole request to a local server. The libraries read environment variables for what they are
 * not given, so they are given everything.
 */
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
  const [{ chatRules }, { streamChat }] = await Promise.all([
    import('./protocols/chat.ts'),
    import('./protocols/chat-model.ts'),
  ]);
  return { rules: chatRules, stream: streamChat };
}

async function openaiResponses(): Promise<Adapter> {
  const [{ createOpenAI }, { responsesRules }] = await Promise.all([
    import('@ai-sdk/openai'),
    import('./protocols/responses.ts'),
  ]);
  const open: Open = ({ baseUrl, key, headers }, model, fetch) =>
    createOpenAI({ baseURL: baseUrl, apiKey: key ?? noKey, headers: { ...headers }, fetch }).responses(model);
  // Nothing is kept on the server: the log is the only history. Thoughts come back sealed, to be sent again.
  const providerOptions = { openai: { store: false, include: ['reasoning.encrypted_content'] } };
  return byLibrary(responsesRules, open, providerOptions);
}

async function anthropic(): Promise<Adapter> {
  const [{ createAnthropic }, { anthropicRules }] = await Promise.all([
    import('@ai-sdk/anthropic'),
    import('./protocols/anthropic.ts'),
  ]);
  return byLibrary(anthropicRules, ({ baseUrl, key, headers }, model, fetch) =>
    createAnthropic({ baseURL: baseUrl, apiKey: key ?? noKey, headers: { ...headers }, fetch })(model),
  );
}

async function google(): Promise<Adapter> {
  const [{ createGoogle }, { googleRules }] = await Promise.all([
    import('@ai-sdk/google'),
    import('./protocols/google.ts'),
  ]);
  return byLibrary(googleRules, ({ baseUrl, key, headers }, model, fetch) =>
    createGoogle({ baseURL: baseUrl, apiKey: key ?? noKey, headers: { ...headers }, fetch })(model),
  );
}

async function byLibrary(
  rules: ProtocolRules,
  open: Open,
  providerOptions?: NonNullable<LanguageModelV4CallOptions['providerOptions']>,
): Promise<Adapter> {
  const { createGuardedFetch } = await import('./wire/guarded-fetch.ts');
  return {
    rules,
    async stream(call, { config, model, request }) {
      const options = providerOptions ? { ...call, providerOptions } : call;
      const { stream } = await open(config, model, createGuardedFetch(request)).doStream(options);
      return stream;
    },
  };
}
