/**
 * Shapes of secrets that providers document: Anthropic and OpenAI keys, GitHub, GitLab, Slack and npm tokens, AWS key ids, Google API keys,
 * private key blocks, bearer headers, passwords in URLs.
 */
const shapes: readonly RegExp[] = [
  /\bsk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/-]{16,}=*/gi;
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:)[^\s/@]+@/gi;

/** The text with known shapes of secrets replaced by `[redacted]`. */
export function redact(text: string): string {
  const bare = shapes.reduce((rest, shape) => rest.replace(shape, '[redacted]'), text);
  return bare.replace(bearer, '$1 [redacted]').replace(urlPassword, '$1[redacted]@');
}
