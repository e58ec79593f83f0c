import { unreachable } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { ModelFailureKind } from '../model.ts';
import type { Fault } from './fault.ts';

/** What a client of a real provider would see of a fault. */
export type Effect =
  /** The answer comes whole: a client copes with it. */
  | { readonly kind: 'none' }
  /** `afterChunks`: text that arrives before; `afterMs`: time that passes before it is noticed. */
  | {
      readonly kind: 'fails';
      readonly afterChunks: number;
      readonly afterMs: number;
      readonly failure: ModelFailureKind;
      readonly message: string;
      readonly status?: number;
      readonly retryAfterMs?: number | undefined;
    };

/** The effect of a fault on a client that reads with these limits. `now`: milliseconds since 1970, for dates in retry_after. */
export function effectOf(fault: Fault, now: number, limits: Pick<Limits, 'modelIdleMs' | 'sseLineBytes'>): Effect {
  switch (fault.kind) {
    case 'status':
      return statusEffect(fault.value, fault.message, retryAfterMs(fault.retryAfter, now));
    case 'overflow':
      return fails('overflow', fault.message ?? 'The conversation is longer than the context of this model', {
        status: 400,
      });
    case 'refuse':
      return fails('network', 'Connection refused');
    case 'reset_before':
      return fails('network', 'Connection reset before the answer began');
    case 'reset_after':
      return fails('network', 'Connection reset in the middle of the answer', { afterChunks: fault.value });
    case 'error_after':
      return fails('overloaded', fault.message ?? 'Overloaded in the middle of the answer', {
        afterChunks: fault.value,
      });
    case 'silence':
    case 'silence_with_keepalives':
      return fails('timeout', `No data for ${limits.modelIdleMs / 1000} s`, {
        afterChunks: fault.value,
        afterMs: limits.modelIdleMs,
      });
    case 'missing_blank_lines':
    case 'invalid_json':
      return fails('protocol', 'The answer holds something that is not JSON');
    case 'no_stop':
      return fails('protocol', 'The answer ended without its end mark', { afterChunks: Number.POSITIVE_INFINITY });
    case 'incomplete_call':
      return fails('protocol', 'A tool call came with incomplete JSON', { afterChunks: Number.POSITIVE_INFINITY });
    case 'huge_line':
      return fault.value > limits.sseLineBytes
        ? fails('protocol', `A line longer than ${limits.sseLineBytes} bytes`)
        : { kind: 'none' };
    case 'split_bytes':
    case 'line_ends':
    case 'unknown_events':
    case 'two_stops':
    case 'duplicate_call_ids':
      return { kind: 'none' };
    default:
      return unreachable(fault);
  }
}

type Details = { afterChunks?: number; afterMs?: number; status?: number; retryAfterMs?: number | undefined };

function fails(failure: ModelFailureKind, message: string, details: Details = {}): Effect {
  return { kind: 'fails', afterChunks: 0, afterMs: 0, failure, message: `Scripted fault: ${message}`, ...details };
}

function statusEffect(status: number, message: string | undefined, retryAfterMs: number | undefined): Effect {
  const text = message ?? `HTTP ${status}`;
  const effect = fails(kindOfStatus(status), text, { status, retryAfterMs });
  return message === undefined || effect.kind === 'none' ? effect : { ...effect, message };
}

function kindOfStatus(status: number): ModelFailureKind {
  if (status === 401 || status === 403) return 'auth';
  if (status === 402) return 'billing';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'overloaded' : 'bad-request';
}

/** Seconds or an HTTP date, as RFC 9110 §10.2.3 has it; undefined for anything else. */
function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  // Date.parse takes almost anything; a date of HTTP begins with the day of the week.
  const date = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
