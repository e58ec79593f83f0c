import { AppError } from '../core/error.ts';
import { oneLine } from '../core/text.ts';
import type { ModelHandle } from './model.ts';

export type HandleParts = { readonly provider: string; readonly model: string };

const form = /^([a-z0-9][a-z0-9-]*)\/([^\s\p{Cc}]+)$/u;

/** Families that people name without a provider, and whose they are. */
const families: readonly { readonly pattern: RegExp; readonly provider: string }[] = [
  { pattern: /^claude/i, provider: 'anthropic' },
  { pattern: /^(gpt|chatgpt|codex|o\d)/i, provider: 'openai' },
  { pattern: /^gemini/i, provider: 'google' },
  { pattern: /^[\w.-]+:[\w.-]+$/, provider: 'ollama' },
];

/**
 * Splits `<provider>/<model>` at the first slash; the model may hold slashes and colons of its own.
 * AppError `bad-input` for anything else, with the handle that was probably meant.
 */
export function parseHandle(handle: string): HandleParts {
  const [, provider, model] = form.exec(handle) ?? [];
  if (provider !== undefined && model !== undefined) return { provider, model };
  const shown = oneLine(handle, 100);
  const family = handle.includes('/') ? undefined : families.find(({ pattern }) => pattern.test(handle));
  if (family) {
    throw new AppError('bad-input', `"${shown}" names no provider; did you mean "${family.provider}/${shown}"?`);
  }
  throw new AppError(
    'bad-input',
    `"${shown}" is not a model handle; write <provider>/<model>, for example anthropic/claude-sonnet-5-5 (legwork models list shows them)`,
  );
}

/** The provider of a handle; undefined when it has none. */
export function providerOf(handle: ModelHandle | undefined): string | undefined {
  return handle === undefined ? undefined : form.exec(handle)?.[1];
}
