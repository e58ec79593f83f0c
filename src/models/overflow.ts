/** How providers say that a conversation does not fit, as seen in their documentation and their servers' sources. */
const wordings: readonly RegExp[] = [
  // OpenAI: code context_length_exceeded; "maximum context length is 8192 tokens"; "Your input exceeds the context window"
  /context_length_exceeded/i,
  /maximum context length/i,
  /exceeds? the (?:model'?s? )?(?:maximum )?context (?:window|length|size)/i,
  // Anthropic: "prompt is too long: 213462 tokens > 200000 maximum"; "input length and `max_tokens` exceed context limit"
  /prompt is too long/i,
  /exceed context limit/i,
  // Google: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
  /input token count.*exceeds the maximum/i,
  // llama.cpp: "the request exceeds the available context size"; LM Studio: "tokens to keep ... greater than the context length"
  /exceeds the available context size/i,
  /greater than the context length/i,
  /exceed_context_size_error/i,
  // xAI, Groq, Mistral, Together and others
  /maximum prompt length/i,
  /reduce the length of the messages/i,
  /too large for model with \d+ maximum context/i,
  /input is too long for (?:the )?requested model/i,
  /context window exceeds limit/i,
];

export function saysOverflow(text: string): boolean {
  return wordings.some(wording => wording.test(text));
}
