/** Characters that make a token, for an estimate that errs on the safe side. Rule of thumb of the providers for English text: about 4. */
export const charsPerToken = 3.5;

export function estimateTokens(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}
