import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Runs `node <script> <args…>` in so many processes that begin together: each says `ready`, waits for a line, and prints one line of JSON at its end.
 * Rejects when one of them does not end well.
 */
export async function runCrowd<T>(script: URL, args: readonly string[], processes: number): Promise<T[]> {
  const members = Array.from({ length: processes }, () => startMember<T>([fileURLToPath(script), ...args]));
  try {
    await Promise.all(members.map(member => member.isReady));
    for (const member of members) member.begin();
    return await Promise.all(members.map(member => member.report));
  } finally {
    for (const member of members) member.kill();
  }
}

function startMember<T>(args: readonly string[]) {
  const child = spawn(process.execPath, ['--no-warnings', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let ready = () => {};
  const report = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`A process of the crowd ended with ${code}: ${output}`);
    return JSON.parse(output.slice('ready\n'.length)) as T; // The script prints nothing else.
  });
  const isReady = new Promise<void>(resolve => {
    ready = resolve;
  });
  child.stdout.on('data', chunk => {
    output += chunk;
    if (output.startsWith('ready\n')) ready();
  });
  return {
    isReady: Promise.race([isReady, report.then(() => undefined)]),
    report,
    begin: () => void child.stdin.end('go\n'),
    kill: () => void child.kill('SIGKILL'),
  };
}
