import * as z from 'zod';
import { AppError } from '../../../src/core/error.ts';

/** A body by its schema; AppError `bad-input` says what is wrong. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('bad-input', z.prettifyError(parsed.error));
}

/** Plain text, or the texts of a list of parts. */
export function partsText(
  content: string | readonly { readonly text?: string | undefined }[] | null | undefined,
): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(part => part.text ?? '').join('');
}
