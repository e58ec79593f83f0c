import type { Random } from '../../src/core/ports.ts';

/** Everything that is left to chance in a simulation comes from one of these, so that its seed decides it. */
export type Prng = Random & {
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  /** True with that probability. */
  chance(probability: number): boolean;
  pick<const T>(list: readonly [T, ...T[]]): T;
  /** Undefined for an empty list. */
  anyOf<T>(list: readonly T[]): T | undefined;
  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
};

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded from both halves of the number. */
export function createPrng(seed: number): Prng {
  let [a, b, c, d] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0x9e3779b9, 1];
  const word = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i += 1) word();
  const next = () => word() / 2 ** 32;
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const anyOf = <T>(list: readonly T[]) => list[int(0, list.length - 1)];
  return {
    next,
    bytes: length => Uint8Array.from({ length }, () => word() & 0xff),
    int,
    chance: probability => next() < probability,
    pick: <T>(list: readonly [T, ...T[]]) => anyOf(list) ?? list[0],
    anyOf,
    weighted<K extends string>(weights: Readonly<Record<K, number>>) {
      const keys = Object.keys(weights) as K[]; // The record's own keys; Object.keys forgets them.
      const total = keys.reduce((sum, key) => sum + weights[key], 0);
      let left = next() * total;
      for (const key of keys) {
        left -= weights[key];
        if (left < 0) return key;
      }
      throw new Error('nothing to choose from');
    },
  };
}
