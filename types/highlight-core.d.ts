// What is used of highlight.js 11. Its own types bring the DOM along, which would make a browser's globals look defined everywhere.
type Result = {
  readonly value: string;
  /** The mode that it stands in at the end; not in its own types, but in its results since version 10. */
  readonly _top?: { readonly scope?: string; readonly className?: string };
};
declare const hljs: {
  highlight(code: string, options: { language: string; ignoreIllegals?: boolean }): Result;
  registerLanguage(name: string, grammar: unknown): void;
  getLanguage(name: string): unknown;
};
export default hljs;
