import type { Clock } from '../../src/core/ports.ts';
import type { Mirror } from './mirror.ts';
import type { Prng } from './prng.ts';
import type { Profile } from './profile.ts';
import type { Recorder } from './recorder.ts';
import type { Process } from './scheduler.ts';

/** What the parts of one simulated program share: itself, its clock, and the world around. */
export type Scope = {
  readonly process: Process;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly profile: Profile;
  readonly recorder: Recorder;
  readonly mirror: Mirror;
  /** What models may still do, in all programs together. */
  readonly left: Left;
  readonly note: Note;
  /** Requests and tools under way, in all programs. */
  readonly busy: { count: number };
};

export type Left = { tasks: number; replies: number; isWindingDown: boolean };

/** A line of the trace; only made when somebody reads it. */
export type Note = (process: Process, line: () => string) => void;
