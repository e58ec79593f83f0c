import * as z from 'zod';

/** A path as models write it. */
export const pathInput = () =>
  z
    .string()
    .min(1)
    .max(4_096)
    .refine(path => !path.includes('\0'), 'must not hold a null character');
