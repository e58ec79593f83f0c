import * as z from 'zod';

/** How a line of a server-sent event ends. */
const lineEnds = ['crlf', 'cr', 'mixed'] as const;

const chunks = z.union([z.literal(true).transform(() => 0), z.int().min(0)], {
  error: 'expected true, or how many chunks are sent before it',
});
const flag = z.literal(true, { error: 'expected true' });

const kinds = {
  /** An HTTP status instead of an answer, in the protocol's own form of an error. */
  status: z.int().min(400, 'expected a status from 400 to 599').max(599, 'expected a status from 400 to 599'),
  /** `true`: the connection is reset before anything is read. A number: nothing listens for so many milliseconds. */
  refuse: z.union([z.literal(true).transform(() => 0), z.int().min(1).max(60_000)], {
    error: 'expected true, or for how many milliseconds nothing listens',
  }),
  reset_before: flag,
  reset_after: z.int().min(0),
  /** The stream says that the provider is overloaded, after so many chunks. */
  error_after: z.int().min(0),
  silence: chunks,
  silence_with_keepalives: chunks,
  split_bytes: flag,
  line_ends: z.enum(lineEnds),
  missing_blank_lines: flag,
  unknown_events: flag,
  huge_line: z
    .int()
    .min(1)
    .max(200 * 1024 * 1024),
  invalid_json: flag,
  no_stop: flag,
  two_stops: flag,
  incomplete_call: flag,
  duplicate_call_ids: flag,
  overflow: flag,
};
type FaultKind = keyof typeof kinds;
export const faultKinds = Object.keys(kinds);

const details = {
  times: z.int().min(1).optional(),
  retry_after: z.union([z.number().transform(String), z.string()]).optional(),
  message: z.string().optional(),
};

const partial = z.strictObject(
  { ...z.object(kinds).partial().shape, ...details },
  {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `unknown fault ${quoted(issue.keys)}; there are ${faultKinds.join(', ')}, and beside them times, retry_after, message`
        : undefined,
  },
);

type Kinds = { [K in FaultKind]: { readonly kind: K; readonly value: z.infer<(typeof kinds)[K]> } };
export type Fault = Kinds[FaultKind] & {
  /** The first so many attempts of one request fail; absent: all of them. */
  readonly times?: number | undefined;
  /** As the header is sent: seconds, a date, or nonsense. */
  readonly retryAfter?: string | undefined;
  readonly message?: string | undefined;
};

/** `fault: silence` or `fault: { silence: 3, times: 1 }`: exactly one fault, and what goes with it. */
export const faultSchema = z.unknown().transform((value, context): Fault => {
  const parsed = partial.safeParse(typeof value === 'string' ? { [value]: true } : value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      context.issues.push({ code: 'custom', message: issue.message, path: issue.path, input: value });
    }
    return z.NEVER;
  }
  const { times, retry_after: retryAfter, message, ...rest } = parsed.data;
  const named = Object.entries(rest).filter(([, given]) => given !== undefined);
  const [first] = named;
  if (!first || named.length > 1) {
    const found = named.length === 0 ? 'none' : named.map(([kind]) => kind).join(' and ');
    context.issues.push({ code: 'custom', message: `expected exactly one fault, found ${found}`, input: value });
    return z.NEVER;
  }
  const [kind, given] = first;
  // The pair comes from one member of `kinds`, which has checked the value; the type of a pair is lost in Object.entries.
  return { kind, value: given, times, retryAfter, message } as Fault;
});

export const quoted = (names: readonly string[]): string => names.map(name => `"${name}"`).join(', ');
