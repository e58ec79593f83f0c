import { AppError } from '../core/error.ts';

export type ProtocolName = 'openai-chat' | 'openai-responses' | 'anthropic' | 'google';

const version: Readonly<Record<ProtocolName, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  anthropic: '/v1',
  google: '/v1beta',
};
/** Ends of a URL that people copy from a request; they belong to the protocol. */
const endpoints = /\/(chat\/completions|responses|messages|models)$/;

/**
 * The base URL that requests are appended to, from the forms that people set: with or without a final slash, the version
 * or the path of a request. A bare host gets the version of the protocol; a path of one's own is kept, except that
 * Anthropic's base URL never includes the version in its own documentation, so it is added there when missing.
 * AppError `bad-input` that names `setting` for anything that is not such a URL.
 */
export function baseUrlOf(text: string, protocol: ProtocolName, setting: string): string {
  const refuse = (why: string) =>
    new AppError('bad-input', `${setting} ${why}; write it like http://127.0.0.1:8080${version[protocol]}`);
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('must be a URL that begins with http:// or https://');
  if (url.username !== '' || url.password !== '') {
    throw refuse('must not hold a user name or password (keys have variables of their own)');
  }
  if (url.search !== '' || url.hash !== '') throw refuse('must not hold a "?" or "#" part');
  const path = url.pathname.replace(/\/+$/, '').replace(endpoints, '');
  const isComplete = protocol === 'anthropic' ? /\/v\d[^/]*$/.test(path) : path !== '';
  return `${url.origin}${path}${isComplete ? '' : version[protocol]}`;
}

/** `OLLAMA_HOST` is also the address that its server binds to: a bare host or port, or 0.0.0.0. */
export function ollamaUrl(host: string): string {
  const isUrl = /^https?:\/\//.test(host);
  const url = URL.parse(isUrl ? host : `http://${host.startsWith(':') ? `127.0.0.1${host}` : host}`);
  if (!url) throw new AppError('bad-input', `OLLAMA_HOST must be a host or a URL, like 127.0.0.1:11434`);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1';
  if (url.port === '' && !isUrl) url.port = '11434';
  return baseUrlOf(url.href, 'openai-chat', 'OLLAMA_HOST');
}

/** Whether the machine itself answers there. */
export function isLoopback(baseUrl: string): boolean {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
