import type { Prng } from './prng.ts';

/** Whatever can stop on its own: a program, the terminal of a user, the world itself. */
export type Process = {
  readonly name: string;
  state: 'running' | 'paused' | 'dead';
  /** Steps that came due while it was paused. */
  readonly held: Step[];
};

type Step = {
  at: number;
  /** Decides between steps that are due at the same time. */
  rank: number;
  readonly number: number;
  readonly process: Process;
  readonly run: () => void | Promise<void>;
  isOff: boolean;
};

export type Scheduler = {
  /** Milliseconds of virtual time since the beginning; a fraction counts. */
  now(): number;
  /** Runs a step of a process after that time, unless the process is dead by then; returns what takes it back. */
  after(process: Process, ms: number, run: () => void | Promise<void>): () => void;
  /** Steps that a process missed come at once. */
  resume(process: Process): void;
  /** Runs one step after the other until there is none, or until it is told to stop. Each runs to where nothing goes on without another step. */
  run(isOver: () => boolean): Promise<void>;
  readonly steps: () => number;
};

export function createProcess(name: string): Process {
  return { name, state: 'running', held: [] };
}

/**
 * The loop of a simulated world: all that waits for something is a step with a time, and the earliest runs next; of several at one time, the
 * seed says which. Promises are let run out between two steps, so nothing depends on how many of them a function awaits.
 */
export function createScheduler(prng: Prng): Scheduler {
  const heap = createHeap();
  let now = 0;
  let count = 0;
  let ran = 0;
  return {
    now: () => now,
    steps: () => ran,
    after(process, ms, run) {
      count += 1;
      const step: Step = { at: now + Math.max(0, ms), rank: prng.next(), number: count, process, run, isOff: false };
      heap.push(step);
      return () => {
        step.isOff = true;
      };
    },
    resume(process) {
      if (process.state === 'paused') process.state = 'running';
      for (const step of process.held.splice(0)) {
        step.at = now;
        heap.push(step);
      }
    },
    async run(isOver) {
      for (let step = heap.pop(); step && !isOver(); step = heap.pop()) {
        if (step.isOff || step.process.state === 'dead') continue;
        now = Math.max(now, step.at);
        if (step.process.state === 'paused') {
          step.process.held.push(step);
          continue;
        }
        ran += 1;
        await step.run();
        await drained();
      }
    },
  };
}

/** Every promise that can go on has gone on. */
function drained(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

function isBefore(a: Step, b: Step): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.rank === b.rank ? a.number < b.number : a.rank < b.rank;
}

function createHeap() {
  const items: Step[] = [];
  const at = (index: number) => items[index] as Step; // Only asked for where there is one.
  const swap = (a: number, b: number) => {
    const item = at(a);
    items[a] = at(b);
    items[b] = item;
  };
  return {
    push(step: Step) {
      items.push(step);
      for (let index = items.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (!isBefore(at(index), at(parent))) return;
        swap(index, parent);
        index = parent;
      }
    },
    pop(): Step | undefined {
      const top = items[0];
      const last = items.pop();
      if (top === undefined || last === undefined || items.length === 0) return top;
      items[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const right = left + 1;
        let least = index;
        if (left < items.length && isBefore(at(left), at(least))) least = left;
        if (right < items.length && isBefore(at(right), at(least))) least = right;
        if (least === index) return top;
        swap(index, least);
        index = least;
      }
    },
  };
}
