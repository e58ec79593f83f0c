import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isFault } from '../../../src/core/error.ts';
import { parsePlaybook } from '../../../src/models/playbook/parse.ts';
import { startModelServer } from './server.ts';

/** `node test/fakes/model-server/main.ts <playbook.yaml> [--port n] [--key k] [--strict]`: prints its URL, runs until TERM or INT. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
});
const [path] = positionals;
if (path === undefined || !/^\d+$/.test(values.port)) {
  console.error('Usage: node test/fakes/model-server/main.ts <playbook.yaml> [--port n] [--key k] [--strict]');
  process.exit(2);
}
try {
  const server = await startModelServer({
    playbook: parsePlaybook(await readFile(path, 'utf8'), path),
    port: Number(values.port),
    strict: values.strict,
    record: false,
    ...(values.key === undefined ? {} : { key: values.key }),
  });
  console.log(server.url);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.stop());
} catch (error) {
  if (!isFault(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
