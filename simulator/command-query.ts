import { decoded } from './hfs-connection.ts';

/** A command as the firmware's `sscanf` reads it (camera.md 1.1). */
export interface CommandQuery {
  /** 0 when the query does not start with `custom=1&cmd=`. */
  cmd: number;
  /** Only where `par` follows `cmd` directly; null otherwise. */
  par: number | null;
  /** Everything after the last `&` when that is `str=`; null otherwise. Percent-decoded. */
  str: string | null;
  /** As `str`, but from the first `str=` on, for the one command whose text holds ampersands (9328). */
  longStr: string | null;
}

export function parseCommand(query: string): CommandQuery {
  const head = /^custom=1&cmd=(\d+)(?:&par=(-?\d+))?/.exec(query);
  const last = query.slice(query.lastIndexOf('&') + 1);
  const first = query.indexOf('&str=');
  return {
    cmd: Number(head?.[1] ?? 0),
    par: head?.[2] === undefined ? null : Number(head[2]),
    str: last.startsWith('str=') ? decoded(last.slice(4)) : null,
    longStr: first < 0 ? null : decoded(query.slice(first + 5)),
  };
}

/** `custom=1` anywhere hands the request to the application instead of the file server. */
export function isCommand(query: string): boolean {
  return query.split('&').includes('custom=1');
}
