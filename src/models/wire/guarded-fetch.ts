import type { GuardedFrame } from './guard.ts';
import type { GuardedRequest } from './guarded-request.ts';

/** The guarded request as the `fetch` that a provider's library wants: each event is passed on as one clean server-sent event. */
export function createGuardedFetch(request: GuardedRequest): typeof fetch {
  return async (input, init = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const frames = await request(String(input), headers, typeof init.body === 'string' ? init.body : undefined);
    return new Response(ReadableStream.from(encoded(frames)), { headers: { 'content-type': 'text/event-stream' } });
  };
}

const encoder = new TextEncoder();

async function* encoded(frames: AsyncIterable<GuardedFrame>): AsyncGenerator<Uint8Array> {
  for await (const { event, data } of frames) {
    const lines = data.replaceAll('\n', '\ndata: ');
    yield encoder.encode(event === undefined ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`);
  }
}
