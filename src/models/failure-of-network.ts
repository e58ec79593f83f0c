import { Broken, type Endpoint, nameOf, said } from './failure.ts';

/** Nobody took the connection; nothing was sent. */
const notThere = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
]);
const certificate = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|ERR_SSL)/;

/** What an error of the socket means. Certificates are not retried: they do not mend themselves. */
export function brokenByNetwork(error: unknown, endpoint: Endpoint, hasReached: boolean): Broken {
  const isUnreached = !hasReached && notThere.has(codeOf(error));
  const code = codeOf(error);
  const name = nameOf(endpoint);
  if (certificate.test(code)) {
    const hint = 'NODE_EXTRA_CA_CERTS names a file of certificates to trust.';
    return new Broken('bad-request', `The certificate of ${name} is not trusted (${code}). ${hint}`);
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new Broken(
        'network',
        `Nothing answers at ${endpoint.host}: is the server of ${endpoint.provider} running?`,
        { isUnreached },
      );
    case 'ENOTFOUND':
      return new Broken('network', `The host ${endpoint.host} was not found. Check the base URL and the network.`, {
        isUnreached,
      });
    case 'EAI_AGAIN':
      return new Broken('network', `The name ${endpoint.host} could not be resolved now. Check the network.`);
    case 'ECONNRESET':
    case 'EPIPE':
      return new Broken('network', `${name} closed the connection before the answer was whole (${code}).`);
    default:
      return new Broken('network', `The connection to ${name} failed: ${said(wordsOf(error), endpoint) || code}.`, {
        isUnreached,
      });
  }
}

/** Errors of several addresses at once carry their codes inside. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
