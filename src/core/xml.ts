const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text that can stand in an XML element or attribute: `& < > " '` as entities, characters that XML 1.0 forbids as U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, character => entities[character] ?? character);
}

/** The inverse of `escapeXml` for the five entities; other text is left as it is. */
export function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, entity => {
    for (const [character, name] of Object.entries(entities)) if (name === entity) return character;
    return entity;
  });
}
