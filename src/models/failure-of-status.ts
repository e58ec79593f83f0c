import { Broken, type Endpoint, nameOf, said } from './failure.ts';
import type { ModelFailureKind } from './model.ts';
import { saysOverflow } from './overflow.ts';
import { count, itemsAt, textAt } from './protocols/protocol.ts';

export type ErrorResponse = {
  readonly status: number;
  /** The beginning of the body. */
  readonly body: string;
  readonly retryAfter: string | undefined;
  /** Milliseconds since 1970, for a date in `retryAfter`. */
  readonly now: number;
};

/** What an HTTP status that is not 2xx means, in words for people. */
export function brokenByStatus({ status, body, retryAfter, now }: ErrorResponse, endpoint: Endpoint): Broken {
  const words = said(messageIn(body), endpoint);
  const kind = kindOf(status, body);
  const retryAfterMs = parseRetryAfter(retryAfter, now) ?? retryDelayIn(body);
  return new Broken(kind, sentence(kind, status, words, endpoint), { status, retryAfterMs });
}

/** What an error inside a stream means; `type` is the provider's own name for it. */
export function brokenByStream(type: string, message: string, status: number | undefined, endpoint: Endpoint): Broken {
  const likely = status ?? statuses.find(({ pattern }) => pattern.test(type))?.status ?? 500;
  const kind = kindOf(likely < 400 ? 500 : likely, `${type} ${message}`);
  return new Broken(kind, sentence(kind, status, said(message, endpoint), endpoint), { status });
}

/** Names of errors that providers send in a stream, by the status they would have had. */
const statuses: readonly { readonly pattern: RegExp; readonly status: number }[] = [
  { pattern: /overloaded|UNAVAILABLE/i, status: 529 },
  { pattern: /rate_limit|RESOURCE_EXHAUSTED|too_many/i, status: 429 },
  { pattern: /authentication|UNAUTHENTICATED|invalid_api_key/i, status: 401 },
  { pattern: /permission|PERMISSION_DENIED/i, status: 403 },
  { pattern: /billing|insufficient_quota/i, status: 402 },
  { pattern: /not_found/i, status: 404 },
  { pattern: /timeout|DEADLINE_EXCEEDED/i, status: 408 },
  { pattern: /invalid|INVALID_ARGUMENT|context_length|bad_request/i, status: 400 },
];

function kindOf(status: number, body: string): ModelFailureKind {
  if ([400, 413, 422].includes(status) && saysOverflow(body)) return 'overflow';
  if (status === 429 && /insufficient_quota|billing_hard_limit/i.test(body)) return 'billing';
  if (status === 400 && /credit balance is too low/i.test(body)) return 'billing';
  if (status === 400 && /API_KEY_INVALID|api key not valid/i.test(body)) return 'auth';
  if (status === 401 || status === 403) return 'auth';
  if (status === 402) return 'billing';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'throttled';
  // llama.cpp answers an overflow with 500 in some versions.
  if (status >= 500) return saysOverflow(body) ? 'overflow' : 'overloaded';
  return 'bad-request';
}

function sentence(kind: ModelFailureKind, status: number | undefined, words: string, endpoint: Endpoint): string {
  const name = nameOf(endpoint);
  const code = status === undefined ? '' : ` with ${status}`;
  const why = words === '' ? '' : `: ${words}`;
  switch (kind) {
    case 'auth':
      return `${name} refused the key${code}${why}. ${keyHint(endpoint)}`;
    case 'billing':
      return `${name} has no credit left for this key${code}${why}. Add credit with the provider, or choose another model with --model.`;
    case 'not-found':
      return `${name} does not know this model or address${code}${why}. "legwork models list" shows what there is.`;
    case 'overflow':
      return `The conversation does not fit into the context of ${name}${code}${why}.`;
    case 'throttled':
      return `${name} asks to slow down${code}${why}.`;
    case 'timeout':
      return `${name} took too long${code}${why}.`;
    case 'overloaded':
      return `${name} failed${code}${why}.`;
    default:
      return `${name} refused the request${code}${why}.`;
  }
}

function keyHint({ keyVariables }: Endpoint): string {
  if (keyVariables.length === 0) return 'Check the key and the rights of this provider.';
  return `Check the key in ${keyVariables.join(' or ')}, and that it may use this model.`;
}

/** What the body says: the usual forms of an error in JSON, else the text itself unless it is a web page. */
function messageIn(body: string): string {
  const data = parse(body);
  const error = Array.isArray(data) ? data[0] : data;
  const forms = [['error', 'message'], ['message'], ['error'], ['detail'], ['error', 'metadata', 'raw']] as const;
  for (const form of forms) {
    const text = textAt(error, ...form);
    if (text !== undefined && text !== '') return text;
  }
  if (data !== undefined) return '';
  return /^\s*</.test(body) ? 'a web page instead of an answer (is the base URL right?)' : body;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: the caller shows the text.
    return undefined;
  }
}

/** Seconds or an HTTP date, as RFC 9110, 10.2.3 has it; undefined for anything else. */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Google puts it into the body: details[] of type RetryInfo, `retryDelay: "34s"`. */
function retryDelayIn(body: string): number | undefined {
  const data = parse(body);
  const details = itemsAt(Array.isArray(data) ? data[0] : data, 'error', 'details');
  for (const detail of details) {
    const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(textAt(detail, 'retryDelay') ?? '') ?? [];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
    const plain = count(detail, 'retryDelay', 'seconds');
    if (plain !== undefined) return plain * 1000;
  }
  return undefined;
}
