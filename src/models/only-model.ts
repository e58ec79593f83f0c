import type { Models } from './model.ts';

/** One model plays all: what was asked for is kept in the log, what is asked is that one. */
export function onlyModel(models: Models, handle: string): Models {
  return {
    stream: (request, signal) => models.stream({ ...request, model: handle }, signal),
    facts: () => models.facts(handle),
    check: async asked => asked,
    cap: () => models.cap(handle),
  };
}
