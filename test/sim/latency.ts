import type { Prng } from './prng.ts';
import type { Profile } from './profile.ts';

/** How long a question to the store, a commit, or the news of it takes. */
export type Latency = () => number;

export function createLatency(prng: Prng, kind: Profile['latency']): Latency {
  switch (kind) {
    case 'none':
      return () => 0.01;
    case 'short':
      return () => prng.next() * 4;
    case 'long':
      return () => prng.next() * 120;
    case 'ragged':
      return () => (prng.chance(0.04) ? prng.next() * 3_000 : prng.next());
  }
}
