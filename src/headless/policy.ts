import type { Program } from '../tasks/program.ts';

type Policy = Program['policy'];

/** A policy whose mode a client may change; whoever holds it sees the new mode with the next decision. */
export function changeablePolicy(given: Policy): { policy: Policy; setMode(mode: Policy['mode']): void } {
  let current = given.mode;
  const policy: Policy = {
    rules: given.rules,
    roots: given.roots,
    ...(given.only ? { only: given.only } : {}),
    get mode() {
      return current;
    },
  };
  return {
    policy,
    setMode(mode) {
      current = mode;
    },
  };
}
