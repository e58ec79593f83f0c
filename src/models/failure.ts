import { messageOf } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import { oneLine } from '../core/text.ts';
import type { ModelFailure, ModelFailureKind } from './model.ts';

export type Breakage = Omit<ModelFailure, 'partialText'> & {
  /** Nobody took the connection, and this host has never answered: more likely a wrong address than a passing fault. */
  readonly isUnreached?: boolean | undefined;
};
/** How an attempt failed, for whoever decides to repeat it. */
export type AttemptFailure = Breakage & { readonly partialText: string };

/** Ends an attempt for a reason that is known. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly breakage: Breakage;

  constructor(kind: ModelFailureKind, message: string, more: Omit<Breakage, 'kind' | 'message'> = {}) {
    super(message);
    this.breakage = { kind, message, ...more };
  }
}

/** The known reason behind an error that libraries may have wrapped; undefined when there is none. */
export function breakageOf(error: unknown): Breakage | undefined {
  let cause = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1) {
    if (cause instanceof Broken) return cause.breakage;
    cause = cause.cause;
  }
  return undefined;
}

const repeated: ReadonlySet<ModelFailureKind> = new Set(['throttled', 'overloaded', 'network', 'timeout', 'protocol']);

/** Whether the same request may succeed later without anybody's doing. */
export const isRepeatable = (kind: ModelFailureKind): boolean => repeated.has(kind);

export type Endpoint = {
  readonly provider: string;
  readonly model: string;
  /** Host and port: all of the URL that is shown. */
  readonly host: string;
  readonly keyVariables: readonly string[];
  /** The key and whatever else must not be shown. */
  readonly secrets: readonly string[];
};

export const nameOf = ({ provider, model, host }: Endpoint): string => `${provider}/${model} (${host})`;

/** One line of what the other side said, without secrets. */
export function said(text: string, { secrets }: Endpoint): string {
  let shown = text;
  for (const secret of secrets) if (secret.length > 3) shown = shown.replaceAll(secret, '[secret]');
  return oneLine(shown.replace(/[\p{Cc}\p{Cf}]+/gu, ' '), limits.modelErrorChars);
}

/** What an aborted request ends with: why, where the reason says it in words; callers abort with data of their own, too. */
export function stoppedMessage({ reason }: AbortSignal): string {
  if (reason instanceof Error || typeof reason === 'string') return `Stopped: ${messageOf(reason)}`;
  return 'Stopped';
}
