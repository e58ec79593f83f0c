import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { isFault, messageOf } from '../../../src/core/error.ts';
import type { ModelRequest } from '../../../src/models/model.ts';
import { createAttempts } from '../../../src/models/playbook/attempts.ts';
import { chooseReply } from '../../../src/models/playbook/choose.ts';
import { parsePlaybook } from '../../../src/models/playbook/parse.ts';
import type { Playbook } from '../../../src/models/playbook/playbook.ts';
import { anthropic } from './anthropic.ts';
import { chatCompletions } from './chat-completions.ts';
import { google } from './google.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { respond, sendError, sendJson } from './respond.ts';
import { responses } from './responses.ts';
import { conversationProblem } from './strict.ts';

export type RecordedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly protocol: Protocol['name'] | undefined;
  /** After JSON parsing; undefined when there is none or it does not parse. */
  readonly body: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** In the words of the model port; absent when the body was refused. */
  request?: ModelRequest;
  /** Line of the reply that was chosen; absent for the default. */
  line?: number | undefined;
  /** What was sent, or `aborted` when the client or a fault ended the connection first. */
  outcome?: number | 'aborted';
  /** Milliseconds since 1970 when the last byte had been handed to the system; absent when it did not come to that. */
  endedAt?: number;
};

export type ModelServerOptions = {
  /** YAML, or a playbook that was read already. */
  readonly playbook: string | Playbook;
  /** Refuses what a strict provider would: unpaired calls and results, empty messages, wrong order. */
  readonly strict?: boolean;
  /** When given, a request without this key gets 401. */
  readonly key?: string;
  /** 0 (default): any free port. */
  readonly port?: number;
  /** The agent type that asks. Default: the header `x-legwork-agent`, else `primary`. */
  readonly agentOf?: (request: WireRequest, headers: IncomingHttpHeaders) => string;
  /** Keeps an answer back until what it returns resolves: for an order of things that no delay can promise. */
  readonly hold?: (request: ModelRequest) => Promise<void> | undefined;
  /** False: `requests` stays empty, for long runs. Default true. */
  readonly record?: boolean;
};

export type ModelServer = {
  /** `http://127.0.0.1:<port>`; the base URL of a provider is this plus `/v1` (Google: `/v1beta`). */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** Ends every connection and the server. */
  stop(): Promise<void>;
};

const protocols: readonly Protocol[] = [chatCompletions, responses, anthropic, google];
const bodyBytes = 64 * 1024 * 1024;

/** Follows a playbook over the real wire protocols, on 127.0.0.1. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const playbook =
    typeof options.playbook === 'string' ? parsePlaybook(options.playbook, 'model-server.yaml') : options.playbook;
  const requests: RecordedRequest[] = [];
  const attempts = createAttempts(10_000);
  const stopping = new AbortController();
  const nonce = `${process.pid.toString(36)}${Date.now().toString(36)}`;
  let answers = 0;
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveTimeout: 60_000 }, (incoming, response) => {
    handle(incoming, response).catch(error => {
      if (!response.headersSent && response.socket && !response.socket.destroyed)
        sendJson(response, 500, { error: { message: messageOf(error) } });
      response.destroy();
    });
  });
  const port = await listen(server, options.port ?? 0);

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const protocol = protocols.find(one => one.isPath(url.pathname));
    const text = await readText(incoming);
    const body = parseJson(text);
    const record: RecordedRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      headers: incoming.headers,
      protocol: protocol?.name,
      body,
      at: Date.now(),
    };
    if (options.record !== false) requests.push(record);
    const gone = new AbortController();
    response.once('finish', () => {
      record.endedAt = Date.now();
    });
    response.once('close', () => {
      record.outcome = response.writableFinished ? response.statusCode : 'aborted';
      gone.abort();
    });
    if (incoming.method === 'GET' && /\/models$/.test(url.pathname)) return sendModels(response, playbook);
    if (!protocol || incoming.method !== 'POST')
      return sendJson(response, 404, { error: { message: `No ${incoming.method} ${url.pathname} here` } });
    if (options.key !== undefined && protocol.keyOf(incoming.headers, url.searchParams) !== options.key) {
      return sendError(response, protocol, 401, 'The API key is missing or wrong');
    }
    await answer(response, { protocol, body, path: url.pathname, record, gone: gone.signal });
  }

  async function answer(
    response: ServerResponse,
    asked: { protocol: Protocol; body: unknown; path: string; record: RecordedRequest; gone: AbortSignal },
  ) {
    const { protocol, record } = asked;
    const read = tryRead(protocol, asked.body, asked.path);
    if (typeof read === 'string') return sendError(response, protocol, 400, read);
    const problem = options.strict ? conversationProblem(read.messages) : undefined;
    if (problem) return sendError(response, protocol, 400, problem);
    answers += 1;
    const agent = options.agentOf ? options.agentOf(read, record.headers) : agentHeader(record.headers);
    const request: ModelRequest = { ...read, newFrom: 0, conversation: '', agent };
    record.request = request;
    const reply = chooseReply(playbook, { ...request, conversation: `${nonce}:${answers}` });
    record.line = reply.line;
    const fault = attempts.faultNow(reply.fault, request);
    if (fault?.kind === 'refuse' && fault.value > 0) void refuseFor(fault.value);
    try {
      await untilEither(options.hold?.(request), asked.gone);
      await respond(response, { protocol, request: read, reply, fault, number: answers, gone: asked.gone });
    } catch (error) {
      if (!asked.gone.aborted) throw error;
    }
  }

  /** Nothing listens for a while; open connections stay. */
  async function refuseFor(ms: number): Promise<void> {
    if (!server.listening) return;
    server.close();
    server.closeIdleConnections();
    await new Promise(resolve => setTimeout(resolve, ms));
    if (!stopping.signal.aborted) server.listen(port, '127.0.0.1');
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    async stop() {
      stopping.abort();
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(address.port);
    });
  });
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming) {
    size += piece.length;
    if (size > bodyBytes) throw new Error(`A request larger than ${bodyBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tryRead(protocol: Protocol, body: unknown, path: string): WireRequest | string {
  try {
    return protocol.read(body, path);
  } catch (error) {
    if (!isFault(error, 'bad-input')) throw error;
    return error.message;
  }
}

async function untilEither(held: Promise<void> | undefined, gone: AbortSignal): Promise<void> {
  if (held === undefined) return;
  await Promise.race([held, once(gone, 'abort')]);
  gone.throwIfAborted();
}

function agentHeader(headers: IncomingHttpHeaders): string {
  const value = headers['x-legwork-agent'];
  return typeof value === 'string' && value !== '' ? value : 'primary';
}

function sendModels(response: ServerResponse, { name }: Playbook): void {
  const created = '2026-01-01T00:00:00Z';
  const model = {
    id: name,
    object: 'model',
    type: 'model',
    display_name: name,
    created: 1_700_000_000,
    created_at: created,
    owned_by: 'playbook',
  };
  sendJson(response, 200, { object: 'list', data: [model], has_more: false, first_id: name, last_id: name });
}
