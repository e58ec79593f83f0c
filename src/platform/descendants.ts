import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The variable by which a process that left its group and its parents is still known as ours. */
export const callMarker = 'LEGWORK_CALL';

type ProcessRow = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly isZombie: boolean;
};

/**
 * Living processes that a child started, itself included: those of its group or session, those that descend from them, those whose
 * environment carries the marker, and those whose standard output is the child's (`outputLink`, the target of `/proc/<child>/fd/1`).
 * On Linux by /proc, see proc(5). Elsewhere undefined: there is no such list to be had, only the group can be ended.
 */
export function findDescendants(child: number, marker: string, outputLink: string | undefined): number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  const rows = readRows();
  const found = new Set<number>();
  const wanted = Buffer.from(`${callMarker}=${marker}\0`);
  for (const row of rows) {
    if (
      row.pid === child ||
      row.group === child ||
      row.session === child ||
      carries(row.pid, wanted) ||
      writesTo(row.pid, outputLink)
    )
      found.add(row.pid);
  }
  for (let grew = true; grew; ) {
    const before = found.size;
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid);
    grew = found.size > before;
  }
  found.delete(process.pid);
  return rows.filter(row => found.has(row.pid) && !row.isZombie).map(row => row.pid);
}

/** What the standard output of a process is, e.g. `socket:[4711]`; undefined where that cannot be told. */
export function outputLinkOf(pid: number): string | undefined {
  return tried(() => readlinkSync(`/proc/${pid}/fd/1`));
}

function readRows(): ProcessRow[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    const text = tried(() => readFileSync(`/proc/${name}/stat`, 'latin1'));
    if (text === undefined) return [];
    // The second field is the command in brackets and may hold anything, brackets too.
    const [state, parent, group, session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [
      {
        pid: Number(name),
        parent: Number(parent),
        group: Number(group),
        session: Number(session),
        isZombie: state === 'Z' || state === 'X',
      },
    ];
  });
}

function carries(pid: number, wanted: Buffer): boolean {
  return tried(() => readFileSync(`/proc/${pid}/environ`).includes(wanted)) ?? false;
}

function writesTo(pid: number, link: string | undefined): boolean {
  return link !== undefined && outputLinkOf(pid) === link;
}

/** A process can end, or belong to somebody else, at any moment: then it is none of ours. */
function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
