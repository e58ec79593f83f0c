import type { EntryType } from '../../core/entry.ts';
import { limits } from '../../core/limits.ts';

/**
 * The bodies of the entries that this process wrote last, as text. What is read back word by word had its type when it was written, and needs
 * no second look; that also saves a start from loading what looks.
 */
export type OwnBodies = {
  wrote(type: EntryType, data: string): void;
  has(type: EntryType, data: string): boolean;
};

export function createOwnBodies(): OwnBodies {
  const known = new Map<string, EntryType>();
  return {
    wrote(type, data) {
      if (data.length > limits.ownBodyChars) return;
      if (known.size >= limits.ownBodies) known.clear();
      known.set(data, type);
    },
    has: (type, data) => known.size > 0 && data.length <= limits.ownBodyChars && known.get(data) === type,
  };
}
