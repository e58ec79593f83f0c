import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact } from '../../src/core/redact.ts';
import { cutMiddle, oneLine } from '../../src/core/text.ts';
import { visible } from '../../src/core/visible.ts';
import { escapeXml, unescapeXml } from '../../src/core/xml.ts';

const note = (omitted: number) => `[${omitted}]`;

test('a text that fits is not cut', () => {
  expect(cutMiddle('abcdef', 6, note)).toBe('abcdef');
});

test('the middle is cut and counted', () => {
  expect(cutMiddle('abcdefghij', 4, note)).toBe('ab\n[6]\nij');
});

test('a cut never leaves half a character, and counts what it left out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (text, max) => {
      const whole = text.toWellFormed();

      const cut = cutMiddle(whole, max, note);

      expect(cut.isWellFormed()).toBe(true);
      const [head = '', count, tail = ''] = whole.length <= max ? [whole, undefined] : splitCut(cut);
      if (count !== undefined) expect(head.length + count + tail.length).toBe(whole.length);
    }),
  );
});

function splitCut(cut: string): [string, number, string] {
  const match = /^([\s\S]*)\n\[(\d+)\]\n([\s\S]*)$/.exec(cut);
  return [match?.[1] ?? '', Number(match?.[2]), match?.[3] ?? ''];
}

test('one line folds white space and ends in an ellipsis', () => {
  expect(oneLine(' a\n\tb  c ', 10)).toBe('a b c');
  expect(oneLine('abcdefghij', 5)).toBe('abcd…');
});

test.each([
  ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
  ['a\u202eb', 'a\\u{202e}b'],
  ['tab\there', 'tab\there'],
  ['\u009b31m', '\\x9b31m'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\ud800', '\ufffd'],
])('%j is shown as %j', (line, shown) => {
  expect(visible(line)).toBe(shown);
});

test('what is shown holds no control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(visible(text)).not.toMatch(/(?!\t)[\p{Cc}\p{Cf}]/u);
    }),
    { examples: [['\u00ad'], ['\u{e0001}']] },
  );
});

test.each([
  `sk-${'ant'}-api03-${'a1'.repeat(12)}`,
  'sk-proj-abcdefghijklmnopqrstuvwx',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'AKIAABCDEFGHIJKLMNOP',
  'xoxb-1234567890-abcdef',
  'AIzaSyA1234567890abcdefghijklmnopqrstuv',
])('the secret %s is taken out', secret => {
  expect(redact(`before ${secret} after`)).toBe('before [redacted] after');
});

test('bearer headers, passwords in URLs and private keys are taken out', () => {
  expect(redact('Authorization: Bearer abcdefghijklmnop1234')).toBe('Authorization: Bearer [redacted]');
  expect(redact('postgres://me:hunter2@db/x')).toBe('postgres://me:[redacted]@db/x');
  expect(redact('-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----')).toBe('[redacted]');
});

test('ordinary text is left as it is', () => {
  const text = 'The task-runner sk-1 asks for basic info at https://example.com/a:b@c and bearer of news';

  expect(redact(text)).toBe(text);
});

test('escaped text comes back whole, and holds no character that XML forbids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const allowed = text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

      const escaped = escapeXml(text);

      expect(escaped).not.toMatch(/[<>"']/);
      expect(unescapeXml(escaped)).toBe(allowed);
    }),
  );
});
