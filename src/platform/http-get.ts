import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { AppError, isFault, messageOf } from '../core/error.ts';
import type { Clock, HttpAnswer, HttpGet } from '../core/ports.ts';

type Options = Parameters<HttpGet>[1];

/** GET by node:http and node:https. A proxy of the environment is not used: it would be the one to connect, past `mayConnect`. */
export function createHttpGet(clock: Clock, userAgent: string): HttpGet {
  return async (url, options) => {
    const ending = new AbortController();
    const onAbort = () => ending.abort(options.signal.reason);
    if (options.signal.aborted) onAbort();
    options.signal.addEventListener('abort', onAbort, { once: true });
    const cancel = clock.after(options.timeoutMs, () =>
      ending.abort(new AppError('timeout', `${url.host} did not answer within ${options.timeoutMs / 1_000} s`)),
    );
    try {
      ending.signal.throwIfAborted();
      const response = await request(url, options, userAgent, ending.signal);
      return {
        status: response.statusCode ?? 0,
        headers: headersOf(response),
        ...(await bodyOf(response, options.maxBytes, ending.signal)),
      };
    } catch (error) {
      if (ending.signal.aborted) throw ending.signal.reason;
      if (isFault(error)) throw error;
      throw new AppError('provider', `${url.host} could not be read: ${messageOf(error)}`, { cause: error });
    } finally {
      cancel();
      options.signal.removeEventListener('abort', onAbort);
    }
  };
}

async function request(
  url: URL,
  { mayConnect }: Options,
  userAgent: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // A host that is an address is connected to without any lookup.
  if (isIP(literal) !== 0 && !mayConnect(literal)) throw refusal(url.hostname, literal);
  return new Promise((resolve, reject) => {
    const headers = {
      'user-agent': userAgent,
      accept: 'text/html, text/markdown, text/plain, application/json, */*;q=0.5',
      'accept-encoding': 'gzip, br',
    };
    get(url, { headers, signal, agent: false, lookup: guardedLookup(mayConnect) }, resolve).on('error', reject);
  });
}

/** Resolves a name and gives the connection only addresses that are allowed; so none can be put in between check and use. */
function guardedLookup(mayConnect: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const refused = addresses.find(({ address }) => !mayConnect(address));
      const first = addresses[0];
      if (refused) return done(refusal(hostname, refused.address), []);
      if (!first) return done(new AppError('provider', `${hostname} has no address`), []);
      if (options.all) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}

function refusal(host: string, address: string): AppError {
  const place = host === address || host === `[${address}]` ? address : `${host} (${address})`;
  return new AppError('denied', `${place} is not an address of the public internet; such addresses are refused`);
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

async function bodyOf(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Pick<HttpAnswer, 'body' | 'isCut'>> {
  const source = await decompressed(response);
  const onAbort = () => source.destroy(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  try {
    for await (const chunk of source) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.byteLength;
      if (left < 0) break;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    response.destroy();
  }
  return { body: Buffer.concat(chunks), isCut: left < 0 };
}

async function decompressed(response: IncomingMessage): Promise<Readable> {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return response;
  const { createBrotliDecompress, createUnzip } = await import('node:zlib');
  if (encoding !== 'br' && encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'deflate')
    throw new AppError('provider', `the answer is compressed by "${encoding}", which is not known`);
  const inflate = encoding === 'br' ? createBrotliDecompress() : createUnzip();
  // Failures of either end come to whoever reads the result.
  return pipeline(response, inflate, () => {});
}
