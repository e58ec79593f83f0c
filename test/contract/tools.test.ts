import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { toolNames } from '../../src/core/tool-names.ts';
import { parseInput, toolSpec } from '../../src/tools/spec.ts';
import { expectWithin } from '../fakes/pace.ts';
import { createWorkspace } from '../fakes/workspace.ts';

const taskTools = ['Task', 'TaskOutput', 'TaskStop', 'TaskSend', 'TaskList'];

/** A call of each tool that is right; those of long work would take for ever. */
const calls: Record<string, (url: string) => unknown> = {
  Read: () => ({ file_path: 'a.txt' }),
  Write: () => ({ file_path: 'b.txt', content: 'x' }),
  Edit: () => ({ file_path: 'a.txt', old_string: 'a', new_string: 'b' }),
  Glob: () => ({ pattern: '**/*' }),
  Grep: () => ({ pattern: 'a' }),
  Bash: () => ({ command: "trap '' TERM; while true; do sleep 0.1; done" }),
  BashOutput: () => ({ shell_id: 'shell_x' }),
  KillShell: () => ({ shell_id: 'shell_x' }),
  WebFetch: url => ({ url }),
  TodoWrite: () => ({ todos: [{ content: 'x', status: 'pending' }] }),
  AskUserQuestion: () => ({ question: 'Why?' }),
};
const names = Object.keys(calls);

async function silentServer(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // it listens on a port, not on a pipe
}

test('every tool of the list is held to this contract and known by name', async () => {
  const { toolbox } = await createWorkspace();

  const listed = toolbox.tools.map(tool => tool.name);

  expect(listed).toEqual(names);
  expect([...listed, ...taskTools].sort()).toEqual([...toolNames].sort());
});

test.each(names)('%s has a prompt and a strict JSON schema whose parameters are described or plain', async name => {
  const { toolNamed } = await createWorkspace();

  const spec = toolSpec(toolNamed(name));

  expect(spec.name).toMatch(/^[A-Z][A-Za-z]+$/);
  expect(spec.description.length).toBeGreaterThan(40);
  expect(spec.description.length).toBeLessThan(2_000);
  expect(spec.inputSchema).toMatchObject({
    type: 'object',
    additionalProperties: false,
    properties: expect.any(Object),
  });
  expect(JSON.parse(JSON.stringify(spec.inputSchema))).toEqual(spec.inputSchema);
});

test.each(names)('S1 %s refuses unknown parameters by name and takes a right call', async name => {
  const { toolNamed } = await createWorkspace();
  const right = calls[name]?.('http://example.com/');

  const good = parseInput(toolNamed(name), right);
  const bad = parseInput(toolNamed(name), { ...(right as object), surprise: 1 }); // every right call is an object

  expect(good).toMatchObject({ ok: true });
  expect(bad).toEqual({ ok: false, message: `${name}: unknown parameter "surprise"` });
});

test.each(names)('%s gives absolute paths, and the same answer each time, to whoever judges it', async name => {
  const { toolNamed, cwd } = await createWorkspace();
  const tool = toolNamed(name);
  const parsed = parseInput(tool, calls[name]?.('http://example.com/'));
  const input = parsed.ok ? parsed.input : undefined;

  const subjects = tool.subjects?.(input, cwd) ?? [];

  expect(tool.subjects?.(input, cwd) ?? []).toEqual(subjects);
  if (['Read', 'Write', 'Edit', 'Glob', 'Grep'].includes(name))
    for (const subject of subjects) expect(subject.startsWith(cwd)).toBe(true);
});

test.each(names)('%s ends soon when it is aborted before and while it runs', async name => {
  const { use, path } = await createWorkspace({ allowsPrivateAddresses: true });
  const url = await silentServer();
  await writeFile(path('a.txt'), 'a');
  const controller = new AbortController();
  const ask = () =>
    new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
    });
  const end = (signal: AbortSignal) =>
    use(name, calls[name]?.(url), { signal, ask }).then(
      () => 'ended',
      () => 'ended',
    );

  // A command that ignores TERM has two seconds before KILL.
  await expectWithin(name === 'Bash' ? 4_000 : 1_500, async () => {
    const begin = performance.now();
    const before = await end(AbortSignal.abort());
    const running = end(controller.signal);
    const timer = setTimeout(() => controller.abort(), 100);
    onTestFinished(() => clearTimeout(timer));
    expect([before, await running]).toEqual(['ended', 'ended']);
    return performance.now() - begin;
  });
});
