import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

export type NarrowDoor = {
  readonly url: string;
  /** Requests that were inside when each one came, itself included, and whether it was let in. */
  readonly arrivals: readonly { readonly inside: number; readonly isRefused: boolean; readonly at: number }[];
  stop(): Promise<void>;
};

export type NarrowDoorOptions = {
  /** So many requests are let in at a time; the others get a 429 at once. */
  readonly most: () => number;
  /** Seconds, a date or nonsense. */
  readonly retryAfter?: string | undefined;
  /** The time of an arrival. */
  readonly now: () => number;
};

/** How long the provider thinks about what it lets in: long enough for others to come meanwhile. */
const thinkMs = 60;

/** Stands in front of a model server and refuses what it says it cannot bear. */
export async function openNarrowDoor(url: string, { most, retryAfter, now }: NarrowDoorOptions): Promise<NarrowDoor> {
  const arrivals: NarrowDoor['arrivals'][number][] = [];
  let inside = 0;
  const server = createServer((incoming, response) => {
    inside += 1;
    const isRefused = inside > most();
    arrivals.push({ inside, isRefused, at: now() });
    response.on('error', () => undefined);
    response.once('close', () => {
      inside -= 1;
    });
    if (isRefused) {
      const headers = { 'content-type': 'application/json', ...(retryAfter ? { 'retry-after': retryAfter } : {}) };
      incoming.resume();
      return void response.writeHead(429, headers).end('{"error":{"message":"too many requests"}}');
    }
    setTimeout(() => pass(incoming, response), thinkMs);
  });

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url: path } = incoming;
    const onward = request(`${url}${path}`, { method, headers: { ...headers, host: new URL(url).host } }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  await new Promise<void>(resolve => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The door has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrivals,
    async stop() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
