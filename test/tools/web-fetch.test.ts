import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/core/error.ts';
import { limits } from '../../src/core/limits.ts';
import type { HttpGet } from '../../src/core/ports.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createHttpGet } from '../../src/platform/http-get.ts';
import { htmlToMarkdown } from '../../src/tools/html-to-markdown.ts';
import { isPublicAddress } from '../../src/tools/public-address.ts';
import { cpuMs } from '../fakes/pace.ts';
import { createWorkspace } from '../fakes/workspace.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>(resolve => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port, not on a pipe
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const page = `<!doctype html><html><head><title> A  page </title><style>p{}</style></head><body>
<script>alert(1)</script><h1>Head</h1><p>Some <b>bold</b> and <a href="/next?a=1&amp;b=2">a link</a>,<br>next <code>x &lt; y</code>.</p>
<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul><ol><li>first<li>second</ol>
<pre><code>  if (a) {
    b();
  }</code></pre><blockquote><p>said</p></blockquote><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
<a href="javascript:alert(1)">bad</a><img src="x" alt="a cat"></body></html>`;

test('a page comes as Markdown with its title, and its links are complete', async () => {
  const url = await serve((_, response) => response.writeHead(200, html).end(page));
  const { use } = await createWorkspace({ allowsPrivateAddresses: true });

  const result = await use('WebFetch', { url: `${url}/dir/` });

  expect(result.isError).toBe(false);
  expect(result.text).toBe(
    `${url}/dir/
HTTP 200 · text/html · ${Buffer.byteLength(page)} bytes
Title: A page

# Head

Some **bold** and [a link](${url}/next?a=1&b=2),
next \`x < y\`.

- one
  - inner
- two

1. first
2. second

\`\`\`
  if (a) {
    b();
  }
\`\`\`

> said

| A | B
| 1 | 2

bad[image: a cat]`,
  );
});

test('a long page comes in parts', async () => {
  const url = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`${'x'.repeat(limits.fetchChars)}end`),
  );
  const { use } = await createWorkspace({ allowsPrivateAddresses: true });

  const first = await use('WebFetch', { url });
  const rest = await use('WebFetch', { url, offset: limits.fetchChars });
  const beyond = await use('WebFetch', { url, offset: limits.fetchChars + 3 });

  expect(first.text).toMatch(/\[Characters 0 to 50000 of 50003\. Go on with offset 50000\.\]$/);
  expect(rest.text).toMatch(/\n\nend$/);
  expect(beyond.isError).toBe(true);
});

test('R11 types, encodings and failures are said', async () => {
  const answers: Record<string, [number, Record<string, string>, Buffer | string]> = {
    '/image': [200, { 'content-type': 'image/png' }, Buffer.from([1, 2])],
    '/latin': [200, { 'content-type': 'text/plain; charset=iso-8859-1' }, Buffer.from([0xe9])],
    '/odd': [200, { 'content-type': 'text/plain; charset=klingon' }, Buffer.from([0x61, 0xff])],
    '/json': [200, { 'content-type': 'application/vnd.api+json' }, '{"a":1}'],
    '/gzip': [200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }, gzipSync('packed')],
    '/empty': [200, { 'content-type': 'text/plain' }, ''],
    '/missing': [404, { 'content-type': 'text/plain' }, 'not here'],
    '/torn': [200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }, 'no gzip'],
  };
  const url = await serve((request, response) => {
    const [status, headers, body] = answers[request.url ?? ''] ?? [500, {}, ''];
    response.writeHead(status, headers).end(body);
  });
  const { use } = await createWorkspace({ allowsPrivateAddresses: true });

  const results = await Promise.all(Object.keys(answers).map(path => use('WebFetch', { url: url + path })));

  const texts = results.map(result => `${result.isError ? 'error ' : ''}${result.text.split('\n').at(-1)}`);
  expect(texts).toEqual([
    'error This type cannot be shown as text.',
    'é',
    'a\ufffd',
    '{"a":1}',
    'packed',
    'The answer is empty.',
    'error not here',
    expect.stringMatching(/^error Error: 127\.0\.0\.1:\d+ could not be read: incorrect header/),
  ]);
});

test('redirects are followed in one place and reported when they lead to another', async () => {
  const url = await serve((request, response) => {
    const target = { '/a': '/b', '/away': 'http://example.com/x', '/loop': '/loop', '/file': 'file:///etc/passwd' }[
      request.url ?? ''
    ];
    if (target) response.writeHead(302, { location: target }).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(`at ${request.url}`);
  });
  const { use } = await createWorkspace({ allowsPrivateAddresses: true });

  const [followed, away, loop, file] = await Promise.all(
    ['/a', '/away', '/loop', '/file'].map(path => use('WebFetch', { url: url + path })),
  );

  expect(followed?.text).toMatch(/at \/b$/);
  expect(away?.text).toContain('redirects to another place: http://example.com/x');
  expect(loop).toMatchObject({ isError: true, text: expect.stringContaining('more than 5 times') });
  expect(file?.text).toContain('redirects to another place: file:///etc/passwd');
});

test('what is larger than the limit is cut, packed or not, and memory with it', async () => {
  const bomb = gzipSync(Buffer.alloc(limits.fetchBytes * 10, 'x'));
  const url = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(bomb),
  );
  const { use } = await createWorkspace({ allowsPrivateAddresses: true });

  const result = await use('WebFetch', { url });

  expect(result.text).toContain(`more than ${limits.fetchBytes} bytes`);
  expect(result.text).toMatch(/its end is left out\.\]$/);
});

test.each([
  'http://127.0.0.1:1/',
  'http://localhost:1/',
  'http://[::1]:1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:10.0.0.1]/',
  'http://0/',
])('R38 %s is refused before anything is sent', async url => {
  const { use } = await createWorkspace();

  const result = await use('WebFetch', { url });

  expect(result).toMatchObject({
    isError: true,
    text: expect.stringContaining('not an address of the public internet'),
  });
});

test('R38 a redirect is checked like the first address', async () => {
  const asked: string[] = [];
  const httpGet: HttpGet = async (url, { mayConnect }) => {
    asked.push(url.href);
    if (asked.length === 1)
      return { status: 302, headers: { location: '/inside' }, body: new Uint8Array(), isCut: false };
    // The name now stands for another address.
    if (!mayConnect('10.0.0.1')) throw new AppError('denied', 'refused');
    return { status: 200, headers: {}, body: new Uint8Array(), isCut: false };
  };
  const { use } = await createWorkspace({ httpGet });

  const result = await use('WebFetch', { url: 'http://example.com/' });

  expect(result).toMatchObject({ isError: true, text: 'Error: refused' });
  expect(asked).toEqual(['http://example.com/', 'http://example.com/inside']);
});

test.each([
  'file:///etc/passwd',
  'ftp://example.com/',
  'example.com',
  'http://user:secret@example.com/',
  'javascript:alert(1)',
])('%s is no URL for it', async url => {
  const { use } = await createWorkspace();

  const result = await use('WebFetch', { url });

  expect(result).toMatchObject({
    isError: true,
    text: expect.stringContaining('url must be a full http or https URL without a password'),
  });
});

test('silence ends in a timeout, an abort at once', async () => {
  const url = new URL(await serve(() => {}));
  const get = createHttpGet(systemClock, 'test');
  const options = { timeoutMs: 100, maxBytes: 10, mayConnect: () => true };
  const controller = new AbortController();

  const silent = get(url, { ...options, signal: controller.signal });
  await expect(silent).rejects.toMatchObject({ fault: 'timeout' });
  const aborted = get(url, { ...options, timeoutMs: 60_000, signal: controller.signal });
  controller.abort(new Error('stop'));

  await expect(aborted).rejects.toThrow('stop');
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['fe80::1%eth0', false],
  ['fd00::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['64:ff9b::a00:1', false],
  ['2002:7f00:1::', false],
  ['ff02::1', false],
  ['no address', false],
])('the address %s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test('a page that is nested without end, or never closes anything, takes bounded time', async () => {
  const usedMs = await cpuMs(async () => {
    const deep = await htmlToMarkdown(`start${'<div>'.repeat(1_000_000)}x`, new URL('http://example.com'));
    const open = await htmlToMarkdown(
      `${'<ul><li>'.repeat(20_000)}<a href="<b><!--${'<p>a'.repeat(100_000)}`,
      new URL('http://example.com'),
    );

    expect(deep).toMatchObject({ isCut: true, text: 'start' });
    expect(open.isCut).toBe(true);
  });

  expect(usedMs).toBeLessThan(3_000);
});
