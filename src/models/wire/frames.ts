import { createLines } from './lines.ts';

/** One server-sent event that carries data. */
export type Frame = { readonly event: string | undefined; readonly data: string };

export type Frames = {
  push(chunk: Uint8Array): Frame[];
  /** At the end of the stream: an event whose final blank line is missing counts. */
  end(): Frame[];
};

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6). Comments, ids and
 * retry times are dropped. `tooLong` (which throws) is called when a line or the data of one event exceeds `maxBytes`.
 */
export function createFrames(maxBytes: number, tooLong: () => never): Frames {
  const lines = createLines(maxBytes, tooLong);
  let event: string | undefined;
  let data: string[] = [];
  let dataChars = 0;
  let isFirst = true;

  function dispatch(): Frame[] {
    const frame = { event: event === '' ? undefined : event, data: data.join('\n') };
    const isEmpty = data.length === 0;
    event = undefined;
    data = [];
    dataChars = 0;
    return isEmpty ? [] : [frame];
  }

  function take(raw: string): Frame[] {
    const line = isFirst ? raw.replace(/^\ufeff/, '') : raw;
    isFirst = false;
    if (line === '') return dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    if (field !== 'data') return [];
    dataChars += value.length;
    if (dataChars > maxBytes) tooLong();
    data.push(value);
    return [];
  }

  return {
    push: chunk => lines.push(chunk).flatMap(take),
    end() {
      const last = lines.end();
      return [...(last === undefined ? [] : take(last)), ...dispatch()];
    },
  };
}
