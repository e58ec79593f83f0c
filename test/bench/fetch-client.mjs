// What a start is compared with: the same streaming request to the same server by bare fetch, and nothing else.
// Plain JavaScript, so that it does not pay for type stripping. `node fetch-client.mjs <base url> <prompt>`
const [url, prompt] = process.argv.slice(2);
const response = await fetch(`${url}/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
  body: JSON.stringify({
    model: 'm',
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: 'system', content: 'You are an agent.' },
      { role: 'user', content: prompt },
    ],
  }),
});
let text = '';
let unfinished = '';
const decoder = new TextDecoder();
for await (const chunk of response.body) {
  const lines = (unfinished + decoder.decode(chunk, { stream: true })).split('\n');
  unfinished = lines.pop() ?? '';
  for (const line of lines) {
    if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
    text += JSON.parse(line.slice(6)).choices[0]?.delta?.content ?? '';
  }
}
process.stdout.write(`${text}\n`);
