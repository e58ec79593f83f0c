import { limits } from '../../core/limits.ts';
import type { Query } from '../queries/query.ts';
import { formOf, type QueryText } from '../queries/text.ts';
import { type Compile, createCompiler } from './compiler.ts';

export type Texts = <P, R>(query: Query<P, R>, params: P) => QueryText;

/** The texts of queries: as the build wrote them, or compiled when first used and kept; those of `shaped` queries are compiled at each call. */
export function createTexts(): Texts {
  const kept = new Map<unknown, Map<string, QueryText>>();
  let compiler: Compile | undefined;

  function compile<P, R>(query: Query<P, R>, params: P): QueryText {
    compiler ??= createCompiler();
    return compiler(query.kind === 'written' ? query.source() : query, params);
  }

  function keptOf(query: unknown): Map<string, QueryText> {
    const known = kept.get(query);
    if (known !== undefined) return known;
    const texts = new Map<string, QueryText>();
    kept.set(query, texts);
    return texts;
  }

  return (query, params) => {
    if (query.kind === 'shaped') return compile(query, params);
    const form = formIn(query, params);
    const written = query.kind === 'written' ? query.texts[form] : undefined;
    if (written !== undefined) return written;
    if (query.kind === 'written' && query.spelt === undefined) return compile(query, params);
    const texts = keptOf(query);
    const known = texts.get(form);
    if (known !== undefined) return known;
    const text = compile(query, params);
    if (texts.size >= limits.storeStatements) texts.clear();
    texts.set(form, text);
    return text;
  };
}

function formIn<P, R>(query: Exclude<Query<P, R>, { kind: 'shaped' }>, params: P): string {
  if (query.kind === 'formed') return formOf(params, query.forms.spelt);
  return query.kind === 'written' && query.spelt !== undefined ? formOf(params, query.spelt) : '';
}
