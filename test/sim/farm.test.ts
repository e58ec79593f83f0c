import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a simulation whose whole group gets %s while a process of it starts is summed up',
  async signal => {
    const args = [join(import.meta.dirname, 'main.ts'), '--seeds', '1000000', '--jobs', '1'];
    const farm = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void farm.kill('SIGKILL'));
    const pid = farm.pid ?? Number.NaN;
    const said: string[] = [];
    farm.stdout.on('data', chunk => said.push(String(chunk)));
    farm.stderr.on('data', chunk => said.push(String(chunk)));
    await expect.poll(() => childrenOf(pid)).toHaveLength(1);
    const [child = ''] = childrenOf(pid);

    process.kill(-pid, signal);
    const [code] = await once(farm, 'close');

    expect(said.join('')).toMatch(/^(100 seeds .*, 0 failures\n)+100 passed, 0 failed\n$/);
    expect(code).toBe(130);
    await expect.poll(() => existsSync(`/proc/${child}`)).toBe(false);
  },
);

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}
