import type { Limits } from '../../core/limits.ts';
import type { Usage } from '../../core/usage.ts';
import { Broken, type Endpoint, nameOf, said } from '../failure.ts';
import { brokenByStream } from '../failure-of-status.ts';
import type { ProtocolRules, Reading } from '../protocols/protocol.ts';
import { createFrames, type Frame } from './frames.ts';
import type { Idle } from './idle.ts';

/** An event that is whole, known and JSON; `json` is undefined for an end mark that is none. */
export type GuardedFrame = Frame & { readonly json: unknown };

export type GuardOptions = {
  readonly endpoint: Endpoint;
  readonly rules: ProtocolRules;
  readonly limits: Pick<Limits, 'sseLineBytes' | 'answerBytes' | 'modelTailMs'>;
  readonly idle: Idle;
  /** Figures of usage as they come; a later one replaces an earlier. */
  readonly onUsage: (usage: Usage) => void;
  /** Ends the source without an error: what was waited for is optional. */
  readonly letGo: () => void;
};

/**
 * Passes on the events of a model's stream that are known, whole and in bounds, up to the first end. Throws `Broken`: for a line or an answer that is too long, for data that is not JSON, for an error that the provider
 * reports, and when the source ends before the answer does. Errors of the source go through.
 */
export async function* guardStream(
  source: AsyncIterable<Uint8Array>,
  options: GuardOptions,
): AsyncGenerator<GuardedFrame> {
  const { rules, idle, endpoint } = options;
  const name = nameOf(endpoint);
  const frames = createFrames(options.limits.sseLineBytes, () => {
    throw new Broken('protocol', `${name} sent a line longer than ${megabytes(options.limits.sseLineBytes)}.`);
  });
  const progress = { hasStopped: false, isOver: false };
  let bytes = 0;

  function* pass(list: readonly Frame[]): Generator<GuardedFrame> {
    for (const frame of list) {
      if (progress.isOver) return;
      const { reading, json } = readFrame(frame, options);
      if ('usage' in reading && reading.usage) options.onUsage(reading.usage);
      if (!isPassed(reading, progress)) continue;
      if (reading.kind === 'content') idle.reset();
      if (reading.kind === 'stop') idle.replace(options.limits.modelTailMs, options.letGo);
      yield { ...frame, json };
    }
  }

  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > options.limits.answerBytes) {
        throw new Broken('protocol', `${name} sent an answer larger than ${megabytes(options.limits.answerBytes)}.`);
      }
      for (const piece of pass(frames.push(chunk))) {
        idle.pause();
        yield piece;
        idle.resume();
      }
      if (progress.isOver) break;
    }
    yield* pass(frames.end());
  } catch (error) {
    // Once the answer is whole, how the connection ends does not matter.
    if (!isWhole(progress, rules)) throw error;
  } finally {
    idle.stop();
  }
  if (!isWhole(progress, rules))
    throw new Broken('protocol', `${name} ended its answer in the middle, without an end mark.`);
}

type Progress = { hasStopped: boolean; isOver: boolean };

const isWhole = ({ hasStopped, isOver }: Progress, { needsLast }: ProtocolRules): boolean =>
  needsLast ? isOver : hasStopped;

/** Decides what goes on and notes how far the answer is. After the stop only the last event counts. */
function isPassed(reading: Reading, progress: Progress): boolean {
  if (reading.kind === 'unknown') return false;
  if (reading.kind === 'last') {
    progress.isOver = true;
    return true;
  }
  if (progress.hasStopped) return false;
  if (reading.kind === 'stop') progress.hasStopped = true;
  return true;
}

function readFrame({ event, data }: Frame, { rules, endpoint }: GuardOptions): { reading: Reading; json?: unknown } {
  if (data === rules.endMark) return { reading: { kind: 'last' } };
  if (data.trim() === '') return { reading: { kind: 'unknown' } };
  const json = parse(data, endpoint);
  const reading = rules.read(event, json);
  if (reading.kind !== 'error') return { reading, json };
  throw brokenByStream(reading.error.type, reading.error.message, reading.error.status, endpoint);
}

function parse(data: string, endpoint: Endpoint): unknown {
  try {
    return JSON.parse(data);
  } catch {
    const begin = said(data.slice(0, 80), endpoint);
    throw new Broken('protocol', `${nameOf(endpoint)} sent something that is not JSON: ${begin}`);
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
