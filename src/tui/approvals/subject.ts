import * as z from 'zod';
import { isFault } from '../../core/error.ts';
import { lazy } from '../../core/lazy.ts';
import { type Asker, askerOf, type Preview, previewOf, sparedKind } from '../../tasks/asker.ts';
import type { KindOfUse } from '../../tasks/kind-of-use.ts';
import type { OpenChat } from '../../tasks/open-chat.ts';
import { type Asked, questionOf } from '../../views/question.ts';

/** What an approval is about, before anything of it happened. */
export type Subject = {
  readonly asked: Asked;
  readonly asker: Pick<Asker, 'task' | 'cwd' | 'isApart'>;
  /** What the call would change. */
  readonly preview: Preview | undefined;
  /** What could be allowed with it. */
  readonly use: KindOfUse | undefined;
  /** What keeps all that from being known. */
  readonly problem: string | undefined;
};

/** Learns what there is to know before somebody is asked. What cannot be learned is said; the question is put all the same. */
export async function subjectOf(opened: OpenChat, asked: Asked): Promise<Subject> {
  const none = { preview: undefined, use: undefined, problem: undefined };
  const nobody = { task: asked.lane === 'main' ? undefined : asked.lane, cwd: opened.chat.cwd, isApart: false };
  try {
    const asker = await askerOf(opened, asked.lane);
    if (questionOf(asked)) return { ...none, asked, asker };
    return {
      ...none,
      asked,
      asker,
      preview: await previewOf(opened, asker, asked),
      use: sparedKind(opened, asker, asked),
    };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { ...none, asked, asker: nobody, problem: error.message };
  }
}

const inputs = lazy(() => ({
  bash: z.looseObject({ command: z.string(), description: z.string().optional() }),
  fetch: z.looseObject({ url: z.string() }),
  file: z.looseObject({ file_path: z.string() }),
}));

/** The parts of a call: what is shown whole, where it acts, and what else it was given. */
export type Parts =
  | { readonly kind: 'command'; readonly command: string; readonly more: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'address';
      readonly url: string;
      readonly host: string;
      readonly more: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'change'; readonly preview: Preview }
  | { readonly kind: 'file'; readonly path: string; readonly more: Readonly<Record<string, unknown>> }
  | { readonly kind: 'question'; readonly question: string }
  | { readonly kind: 'other'; readonly input: unknown };

export function partsOf({ asked, preview }: Pick<Subject, 'asked' | 'preview'>): Parts {
  const { tool, input } = asked;
  const question = questionOf(asked);
  if (question) return { kind: 'question', question: question.question };
  if (preview) return { kind: 'change', preview };
  const bash = tool === 'Bash' ? inputs().bash.safeParse(input) : undefined;
  if (bash?.success) {
    // What the model says of its own command is no part of it.
    const { command, description: _, ...more } = bash.data;
    return { kind: 'command', command, more };
  }
  const fetched = tool === 'WebFetch' ? inputs().fetch.safeParse(input) : undefined;
  if (fetched?.success) {
    const { url, ...more } = fetched.data;
    return { kind: 'address', url, host: URL.canParse(url) ? new URL(url).host : '', more };
  }
  const read = tool === 'Read' ? inputs().file.safeParse(input) : undefined;
  if (!read?.success) return { kind: 'other', input };
  const { file_path: path, ...more } = read.data;
  return { kind: 'file', path, more };
}
