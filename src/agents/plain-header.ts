import type { HeaderField } from './frontmatter.ts';

/** A line that means the same in YAML as it does to the eye: a key, and text that no rule of YAML treats in a special way. */
const plainLine = /^([A-Za-z][A-Za-z0-9_]*): ([A-Za-z](?:[A-Za-z0-9 .,;()/_*+'"-]*[A-Za-z0-9.,;()/_*+'"-])?)$/;
/** Plain words that YAML reads as something other than text. */
const notText = /^(?:true|false|null|nan|inf)$/i;
const refusedKeys = new Set(['constructor', 'prototype']);

/**
 * Reads a header that is nothing but plain `key: text` lines; undefined for any other, which the YAML library must read.
 * What it returns is what the library would return (a property test holds them together).
 */
export function readPlainHeader(lines: readonly string[]): HeaderField[] | undefined {
  const fields: HeaderField[] = [];
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const [, key, value] = plainLine.exec(line) ?? [];
    if (key === undefined || value === undefined) return undefined;
    if (seen.has(key) || refusedKeys.has(key) || notText.test(key) || notText.test(value)) return undefined;
    seen.add(key);
    fields.push({ key, value, line: index + 2 });
  }
  return fields.length > 0 ? fields : undefined;
}
