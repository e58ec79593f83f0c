import type { Fault } from '../../../src/models/playbook/fault.ts';
import type { Frame, Protocol } from './protocol.ts';

/** What goes over the wire: pieces, each a write of its own, and how it ends. */
export type Plan = {
  readonly pieces: Iterable<string | Uint8Array>;
  /** Each piece has to arrive by itself: the system would join writes that follow each other closely. */
  readonly isApart?: boolean;
  readonly end: 'close' | 'reset' | 'silence' | 'keep-alive';
};

/** The bytes of a stream under a fault. Faults of status and connection are not of the stream, and come as no fault here. */
export function planStream(frames: readonly Frame[], fault: Fault | undefined, protocol: Protocol): Plan {
  const close = (pieces: Iterable<string | Uint8Array>): Plan => ({ pieces, end: 'close' });
  switch (fault?.kind) {
    case 'reset_after':
      return { pieces: firstFrames(frames, fault.value).map(encode), end: 'reset' };
    case 'error_after': {
      const error = protocol.errorFrame(fault.message ?? 'Scripted fault: overloaded');
      return close([...firstFrames(frames, fault.value), error].map(encode));
    }
    case 'silence':
      return { pieces: fault.value === 0 ? [] : firstFrames(frames, fault.value).map(encode), end: 'silence' };
    case 'silence_with_keepalives':
      return { pieces: fault.value === 0 ? [] : firstFrames(frames, fault.value).map(encode), end: 'keep-alive' };
    case 'split_bytes':
      return { pieces: bytesOf(frames.map(encode).join('')), isApart: true, end: 'close' };
    case 'line_ends':
      return close(frames.map((frame, index) => encode(frame).replaceAll('\n', lineEnd(fault.value, index))));
    case 'missing_blank_lines':
      return close(frames.map(frame => encode(frame).slice(0, -1)));
    case 'unknown_events':
      return close(['retry: 10\n: a remark\n\n', ...frames.flatMap(frame => beside(frame, protocol).map(encode))]);
    case 'huge_line':
      return close(withHugeLine(frames, fault.value, protocol));
    case 'invalid_json':
      return close(insertBeforeEnd(frames, { part: 'content', data: '{"broken": [1, 2' }).map(encode));
    case 'no_stop':
      return close(frames.filter(frame => frame.part !== 'end').map(encode));
    case 'two_stops':
      return close([...frames, ...frames.filter(frame => frame.part === 'end')].map(encode));
    default:
      return close(frames.map(encode));
  }
}

function encode({ event, data }: Frame): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}

/** What comes before the content, and so many chunks of it. */
function firstFrames(frames: readonly Frame[], chunks: number): Frame[] {
  const content = frames.filter(frame => frame.part === 'content').slice(0, chunks);
  return [...frames.filter(frame => frame.part === 'start'), ...content];
}

function* bytesOf(text: string): Iterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let index = 0; index < bytes.length; index += 1) yield bytes.subarray(index, index + 1);
}

/** `mixed` changes from event to event: within one, CR before LF would read as a single CRLF. */
function lineEnd(style: 'crlf' | 'cr' | 'mixed', index: number): string {
  if (style === 'crlf') return '\r\n';
  if (style === 'cr') return '\r';
  return ['\n', '\r\n', '\r'][index % 3] ?? '\n';
}

const beside = (frame: Frame, protocol: Protocol): Frame[] =>
  frame.part === 'content' ? [protocol.unknownFrame(''), frame] : [frame];

function insertBeforeEnd(frames: readonly Frame[], extra: Frame): Frame[] {
  const end = frames.findIndex(frame => frame.part === 'end');
  return [...frames.slice(0, end), { ...extra, event: frames[end - 1]?.event }, ...frames.slice(end)];
}

const hugePiece = 'x'.repeat(64 * 1024);

/** One line of about `bytes` after the first frame, in pieces, so that it costs the server no memory. */
function* withHugeLine(frames: readonly Frame[], bytes: number, protocol: Protocol): Iterable<string> {
  const [first, ...rest] = frames;
  const marker = 'PADDING';
  const [before = '', after = ''] = encode(protocol.unknownFrame(marker)).split(marker);
  if (first) yield encode(first);
  yield before;
  for (let left = bytes; left > 0; left -= hugePiece.length) yield hugePiece.slice(0, Math.min(left, hugePiece.length));
  yield after;
  for (const frame of rest) yield encode(frame);
}
