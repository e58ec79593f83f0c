import type { ClientRequest, IncomingMessage } from 'node:http';
import { lazy } from '../../core/lazy.ts';
import type { Limits } from '../../core/limits.ts';
import type { Clock } from '../../core/ports.ts';
import { Broken, type Endpoint, nameOf } from '../failure.ts';
import { brokenByNetwork } from '../failure-of-network.ts';

// An import statement would read every export, among them the getters that load all of fetch (20 ms).
const http = process.getBuiltinModule('node:http');

type Outgoing = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
};

export type Incoming = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The bytes. Left early, the rest is read away for a moment so that the connection can be used again, then cut.
   * Throws `Broken` when the connection fails, or the reason of the signal.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the body without an error. */
  letGo(): void;
};

type SendOptions = {
  readonly endpoint: Endpoint;
  /** Cuts the connection, whatever it does; its reason is what is thrown. */
  readonly signal: AbortSignal;
};

export interface Transport {
  /** Resolves with the response once its headers are here. Rejects with `Broken`, or with the reason of the signal. */
  send(outgoing: Outgoing, options: SendOptions): Promise<Incoming>;
}

export type TransportOptions = {
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'modelConnectMs' | 'modelRedirects' | 'modelTailMs'>;
  /** Variables like HTTPS_PROXY and NO_PROXY. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>> | undefined;
};

/**
 * Requests over node:http: unlike fetch it has no time limits of its own (300 s), tells when the connection stands, and follows no
 * redirects. Idle connections are kept for the next request and never keep the process alive.
 */
export function createTransport(options: TransportOptions): Transport {
  const agentOptions = { keepAlive: true, ...(options.proxyEnv ? { proxyEnv: { ...options.proxyEnv } } : {}) };
  const plain = lazy(() => ({ request: http.request, agent: new http.Agent(agentOptions) }));
  const secure = lazy(() => {
    const https = process.getBuiltinModule('node:https');
    return { request: https.request, agent: new https.Agent(agentOptions) };
  });
  const reached = new Set<string>();

  async function send(outgoing: Outgoing, { endpoint, signal }: SendOptions, redirects = 0): Promise<Incoming> {
    signal.throwIfAborted();
    const url = new URL(outgoing.url);
    const client = url.protocol === 'https:' ? secure() : plain();
    const request = client.request(url, {
      method: outgoing.method,
      headers: outgoing.headers,
      agent: client.agent,
    });
    const exchange = { ...options, endpoint, signal, hasReached: reached.has(endpoint.host) };
    const response = await answerOf(request, outgoing.body, exchange);
    reached.add(endpoint.host);
    const status = response.statusCode ?? 0;
    if (status < 300 || status >= 400) return incoming(response, exchange);
    response.destroy();
    const to = redirectOf(response, url, endpoint);
    if (redirects >= options.limits.modelRedirects)
      throw new Broken('bad-request', `${nameOf(endpoint)} redirects in a circle.`);
    return send({ ...outgoing, url: to }, { endpoint, signal }, redirects + 1);
  }

  return { send: (outgoing, sendOptions) => send(outgoing, sendOptions) };
}

type Exchange = TransportOptions & SendOptions & { readonly hasReached: boolean };

function answerOf(request: ClientRequest, body: string | undefined, exchange: Exchange): Promise<IncomingMessage> {
  const { clock, limits, endpoint, signal } = exchange;
  return new Promise((resolve, reject) => {
    const stopTimer = clock.after(limits.modelConnectMs, () => {
      const seconds = Math.round(limits.modelConnectMs / 1000);
      request.destroy(new Broken('network', `No connection to ${endpoint.host} within ${seconds} s.`));
    });
    request.once('socket', socket => {
      if (!socket.connecting) return stopTimer();
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stopTimer);
    });
    request.on('error', error => {
      stopTimer();
      reject(reasonOf(error, exchange));
    });
    request.once('response', response => {
      stopTimer();
      resolve(response);
    });
    // Not the option `signal` of node:http: it would also cut a connection that already waits for its next request.
    const onAbort = () => void request.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    request.once('close', () => signal.removeEventListener('abort', onAbort));
    request.end(body);
  });
}

function reasonOf(error: unknown, { endpoint, signal, hasReached }: Exchange): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof Broken ? error : brokenByNetwork(error, endpoint, hasReached);
}

/** The place a redirect leads to, if a request with a key may go there. */
function redirectOf(response: IncomingMessage, from: URL, endpoint: Endpoint): string {
  const to = URL.parse(response.headers.location ?? '', from.href);
  const where = to ? `${to.origin}` : 'nowhere';
  if (to && to.origin === from.origin && [307, 308].includes(response.statusCode ?? 0)) return to.href;
  throw new Broken(
    'bad-request',
    `${nameOf(endpoint)} redirects to ${where} (${response.statusCode}); the key is not sent there. Set the base URL to the right address.`,
  );
}

function incoming(response: IncomingMessage, exchange: Exchange): Incoming {
  let isLetGo = false;
  // Whoever reads the body gets its errors; what fails after that concerns nobody.
  response.on('error', () => {});
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.iterator({ destroyOnReturn: false })) yield chunk;
    } catch (error) {
      if (!isLetGo) throw reasonOf(error, exchange);
    } finally {
      drain(response, exchange);
    }
  }
  return {
    status: response.statusCode ?? 0,
    headers: flat(response),
    body: body(),
    letGo() {
      isLetGo = true;
      response.destroy();
    },
  };
}

/** Gives the rest of a response a moment to end by itself; the connection is free then. */
function drain(response: IncomingMessage, { clock, limits }: Exchange): void {
  if (response.readableEnded || response.destroyed) return;
  const stopTimer = clock.after(limits.modelTailMs, () => response.destroy());
  response.once('close', stopTimer);
  response.resume();
}

function flat(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
