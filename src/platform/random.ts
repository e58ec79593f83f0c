import { randomBytes } from 'node:crypto';
import type { Random } from '../core/ports.ts';

/** The machine's randomness, fit for secrets. */
export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: length => randomBytes(length),
};
