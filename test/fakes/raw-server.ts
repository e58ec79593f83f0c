import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type RawRequest = { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string };
export type RawServer = {
  readonly url: string;
  readonly requests: readonly RawRequest[];
  /** Sockets that are open now. */
  openSockets(): number;
  stop(): Promise<void>;
};

/** A server of bytes on 127.0.0.1: the handler writes the response; `number` counts requests from 1. */
export async function startRawServer(
  handle: (response: ServerResponse, request: RawRequest, number: number) => unknown,
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  let open = 0;
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const piece of incoming) body += piece;
    const request = { path: incoming.url ?? '', headers: incoming.headers, body };
    requests.push(request);
    await handle(response, request, requests.length);
  });
  server.on('connection', socket => {
    open += 1;
    socket.on('error', () => {});
    socket.on('close', () => {
      open -= 1;
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    openSockets: () => open,
    async stop() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export const eventStream = { 'content-type': 'text/event-stream' };

/** Chat completions: one text and its end. */
export function chatStream(text: string, finish = 'stop'): string {
  const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
  return `${chunk({ delta: { content: text } })}${chunk({ delta: {}, finish_reason: finish })}data: [DONE]\n\n`;
}
