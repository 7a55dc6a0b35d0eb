import type { VolumeState } from '../../shared/status.ts';

/** What is known of a call that the recordings volume refused. */
export interface VolumeRefusal {
  root: string;
  /** `EACCES` and the like. */
  code: string | undefined;
  /** What the operating system said. */
  reason: string;
  /** Of this process; null where there are none. */
  uid: number | null;
  /** Of the folder, where it could be looked at; permissions as in `0o755`. */
  owner: { uid: number; mode: number } | null;
}

export interface VolumeFault {
  state: VolumeState;
  message: string;
}

/** What a refusal means for the volume, with what to do about it. */
export function volumeFault(refusal: VolumeRefusal): VolumeFault {
  const { root, code = '', reason } = refusal;
  if (['EACCES', 'EPERM'].includes(code)) return unwritable(rightsMessage(refusal));
  if (['ENOSPC', 'EDQUOT'].includes(code)) return { state: 'full', message: fullMessage(refusal) };
  if (disconnected.has(code)) {
    return missing(
      `The share or disk at ${root} is no longer connected (${code}). Is its server or disk on? It is used again by itself when it is back.`,
    );
  }
  return (faults[code] ?? (() => missing(`${root} cannot be used: ${reason}.`)))(root);
}

const disconnected: ReadonlySet<string> = new Set([
  'ENOTCONN',
  'ENODEV',
  'ENXIO',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNREFUSED',
]);

const noFolder = (root: string) =>
  missing(`${root} is not a folder, or lies below a file. Set RECORDINGS to a folder.`);

const faults: Readonly<Record<string, (root: string) => VolumeFault>> = {
  ENOENT: (root) =>
    missing(`${root} does not exist. Mount the recordings volume, or set RECORDINGS to its place.`),
  ENOTDIR: noFolder,
  EEXIST: noFolder,
  ESTALE: (root) =>
    missing(
      `The share at ${root} was replaced or restarted on its server, and this mount no longer leads to it (ESTALE). Mount it again.`,
    ),
  EIO: (root) =>
    missing(
      `The disk of ${root} reports an error of its own (EIO): it may be failing, or was pulled out. Look at the disk's health.`,
    ),
  EROFS: (root) =>
    unwritable(
      `${root} is mounted read-only. Mount it so that it can be written; after an error of the disk the system does this by itself.`,
    ),
  READBACK: (root) =>
    unwritable(
      `What is written into ${root} is not what is read from it. Nothing more is written there; look at the disk or the share.`,
    ),
};

const missing = (message: string): VolumeFault => ({ state: 'missing', message });
const unwritable = (message: string): VolumeFault => ({ state: 'unwritable', message });

function fullMessage({ root, code }: VolumeRefusal): string {
  if (code === 'EDQUOT')
    return `The quota of ${root} is used up. Free some space or raise it; downloads go on by themselves.`;
  return `${root} is full. Free some space; downloads go on by themselves.`;
}

function rightsMessage({ root, uid, owner }: VolumeRefusal): string {
  const who = `${root} cannot be written by the user of this process (uid ${uid ?? '?'})`;
  const whose = owner === null ? '' : `: it belongs to uid ${owner.uid} and has mode ${octal(owner.mode)}`;
  return `${who}${whose}. Change its owner or mode, or run the program as its owner.`;
}

const octal = (mode: number): string => mode.toString(8).padStart(3, '0');

/** Bytes in use of those that can be used, as `df` shows it; null where the file system tells neither. */
export function usedPct(space: { freeBytes: number; totalBytes: number }): number | null {
  return space.totalBytes > 0 ? (100 * (space.totalBytes - space.freeBytes)) / space.totalBytes : null;
}

/** What is to be said of a volume that is fuller than it may be; null when it is not. `limitPct` 0: it always may. */
export function criticalMessage(
  root: string,
  space: { freeBytes: number; totalBytes: number },
  limitPct: number,
): string | null {
  const used = usedPct(space);
  if (limitPct === 0 || used === null || used < limitPct) return null;
  return `The disk of ${root} is fuller than ${limitPct} %: downloads wait until there is room again. Free some space, let a rule delete the oldest, or change the limit in the settings.`;
}
