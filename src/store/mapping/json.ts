import * as z from 'zod';
import { AppError } from '../../core/error.ts';

/** Parses a JSON column at the door. AppError `store` that names the row when it is not what the schema says. */
export function parseJson<S extends z.ZodType>(schema: S, text: string, where: string): z.infer<S> {
  const parsed = schema.safeParse(readJson(text, where));
  if (parsed.success) return parsed.data;
  throw new AppError('store', `${where} cannot be read: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}

/** The value of a JSON text; AppError `store` that names the row when it is none. */
export function readJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('store', `${where} cannot be read: its text is not JSON`, { cause });
  }
}
