// What subagents are compared with: as many bare fetch requests in one process. `node --expose-gc fetch-many.mjs <conversations> <requests each>`; the server is that of OPENAI_COMPATIBLE_BASE_URL.
const [conversations, each] = process.argv.slice(2);
const url = process.env.OPENAI_COMPATIBLE_BASE_URL;
const ask = async () => {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Work' }] }),
  });
  await response.text();
};
const converse = async () => {
  for (let i = 0; i < Number(each); i += 1) await ask();
};
await converse();
globalThis.gc?.();
const before = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const begin = performance.now();
let highest = 0;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 20);
await Promise.all(Array.from({ length: Number(conversations) }, converse));
clearInterval(watch);
const { user, system } = process.cpuUsage(cpuBefore);
const mb = bytes => bytes / 1024 / 1024;
const rss = Math.max(highest, process.memoryUsage.rss());
console.log(
  JSON.stringify({
    rss_mb: mb(rss),
    grown_mb: mb(rss - before),
    cpu_ms: (user + system) / 1000,
    wall_ms: performance.now() - begin,
  }),
);
