import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../src/models/playbook/fault.ts';
import type { Reply } from '../../../src/models/playbook/reply.ts';
import { type Plan, planStream } from './bytes.ts';
import type { Protocol, WireReply, WireRequest } from './protocol.ts';

/** How often a stream that is otherwise silent says that it lives. */
const keepAliveMs = 200;

export type Exchange = {
  readonly protocol: Protocol;
  readonly request: WireRequest;
  readonly reply: Reply;
  readonly fault: Fault | undefined;
  /** Number of this answer on the server. */
  readonly number: number;
  /** Aborted when the client has gone or the server stops. */
  readonly gone: AbortSignal;
};

/** Sends the answer with its delays and its fault. Resolves when nothing more is sent; rejects only with the reason of `gone`. */
export async function respond(response: ServerResponse, exchange: Exchange): Promise<void> {
  const { protocol, request, reply, fault, gone } = exchange;
  if (reply.delayMs > 0) await sleep(reply.delayMs, undefined, { signal: gone });
  if (fault?.kind === 'status' || fault?.kind === 'overflow') return sendFault(response, protocol, fault);
  if (fault?.kind === 'refuse' || fault?.kind === 'reset_before') return void response.socket?.resetAndDestroy();
  const wire = wireReply(exchange);
  if (!request.isStream) return sendWhole(response, JSON.stringify(protocol.whole(wire)), fault, gone);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const plan = planStream(protocol.frames(wire), fault, protocol);
  if (fault === undefined && reply.chunkDelayMs === 0) return void response.end([...plan.pieces].join(''));
  await sendPieces(response, plan, { delayMs: reply.chunkDelayMs, gone });
  await finish(response, plan, protocol, gone);
}

export function sendError(response: ServerResponse, protocol: Protocol, status: number, message: string): void {
  sendJson(response, status, protocol.error({ status, message, isOverflow: false }));
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function sendFault(
  response: ServerResponse,
  protocol: Protocol,
  fault: Extract<Fault, { kind: 'status' | 'overflow' }>,
): void {
  const isOverflow = fault.kind === 'overflow';
  const status = fault.kind === 'status' ? fault.value : 400;
  const message = fault.message ?? (isOverflow ? 'the conversation does not fit' : `Scripted fault: HTTP ${status}`);
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
  sendJson(response, status, protocol.error({ status, message, isOverflow }), headers);
}

/** Without streaming there is one body; faults of the stream fall on its middle. */
async function sendWhole(
  response: ServerResponse,
  body: string,
  fault: Fault | undefined,
  gone: AbortSignal,
): Promise<void> {
  const half = body.slice(0, Math.floor(body.length / 2));
  const headers = { 'content-type': 'application/json' };
  if (fault?.kind === 'invalid_json' || fault?.kind === 'incomplete_call')
    return void response.writeHead(200, headers).end(half);
  if (fault?.kind === 'reset_after' || fault?.kind === 'no_stop') {
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).write(half);
    await sleep(10, undefined, { signal: gone });
    return void response.socket?.resetAndDestroy();
  }
  if (fault?.kind === 'silence' || fault?.kind === 'silence_with_keepalives') return untilGone(gone);
  response.writeHead(200, headers).end(body);
}

async function sendPieces(
  response: ServerResponse,
  { pieces, isApart }: Plan,
  { delayMs, gone }: { delayMs: number; gone: AbortSignal },
): Promise<void> {
  let isFirst = true;
  for (const piece of pieces) {
    if (!isFirst && delayMs > 0) await sleep(delayMs, undefined, { signal: gone });
    isFirst = false;
    if (isApart) await letArrive(piece, gone);
    gone.throwIfAborted();
    if (!response.write(piece)) await once(response, 'drain', { signal: gone });
  }
}

/** Time for what was sent before to be read: the more where a character would be split. */
async function letArrive(piece: string | Uint8Array, gone: AbortSignal): Promise<void> {
  const first = typeof piece === 'string' ? piece.charCodeAt(0) : (piece[0] ?? 0);
  if (first >= 0x80) await sleep(2, undefined, { signal: gone });
  else await new Promise<void>(resolve => setImmediate(resolve));
}

async function finish(response: ServerResponse, plan: Plan, protocol: Protocol, gone: AbortSignal): Promise<void> {
  if (plan.end === 'close') return void response.end();
  response.flushHeaders();
  if (plan.end === 'silence') return untilGone(gone);
  if (plan.end === 'reset') {
    // A reset discards what the kernel has not sent yet: give the chunks before it time to leave.
    await sleep(20, undefined, { signal: gone });
    return void response.socket?.resetAndDestroy();
  }
  while (!gone.aborted) {
    response.write(protocol.keepAlive);
    await sleep(keepAliveMs, undefined, { signal: gone });
  }
}

async function untilGone(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await once(gone, 'abort');
}

/** The reply in the words of the wire, with the faults that lie in its content. */
function wireReply({ request, reply, fault, number }: Exchange): WireReply {
  const [first] = reply.calls;
  return {
    ...reply,
    number,
    model: request.model,
    includeUsage: request.includeUsage,
    calls: reply.calls.map((call, index) => {
      const json = JSON.stringify(call.input);
      const isCut = fault?.kind === 'incomplete_call' && index === reply.calls.length - 1;
      const id = fault?.kind === 'duplicate_call_ids' && first ? first.callId : call.callId;
      return {
        id,
        tool: call.tool,
        input: call.input,
        json: isCut ? json.slice(0, Math.max(1, Math.floor(json.length / 2))) : json,
      };
    }),
  };
}
