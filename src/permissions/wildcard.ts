/**
 * Whether a text matches a pattern in which `*` stands for any characters and `?` for one. No other character is special. Takes at most
 * pattern × text steps whatever both hold, which a regular expression made of the pattern would not promise.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === '*') {
      star = p;
      retry = t;
      p += 1;
      continue;
    }
    if (wanted !== undefined && (wanted === '?' || wanted === text[t])) {
      p += 1;
      t += 1;
      continue;
    }
    if (star === -1) return false;
    retry += 1;
    p = star + 1;
    t = retry;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
