import { readFileSync, realpathSync } from 'node:fs';
import type { Journal } from './open.ts';

/** File systems of other machines: SQLite's locks and shared memory are not to be relied on there. */
const networkTypes = new Set([
  'nfs',
  'nfs3',
  'nfs4',
  'cifs',
  'smbfs',
  'smb3',
  'afs',
  '9p',
  'ceph',
  'glusterfs',
  'lustre',
  'davfs',
  'fuse.sshfs',
  'fuse.glusterfs',
  'fuse.ceph',
  'fuse.rclone',
  'fuse.davfs2',
  'fuse.smbnetfs',
]);

export interface Mount {
  point: string;
  type: string;
}

/** The mounts of `/proc/mounts`: `source point type options 0 0`, spaces and the like as `\040`. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, point, type] = line.split(' ');
    return point === undefined || type === undefined ? [] : [{ point: unescape(point), type }];
  });
}

const unescape = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));

/** The type of the network file system a folder lies on (`nfs4`); null when it lies on none. The longest mount point decides, of equals the last. */
export function networkTypeOf(folder: string, mounts: readonly Mount[]): string | null {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.point === '/' || folder === mount.point || folder.startsWith(`${mount.point}/`);
    if (isAbove && mount.point.length >= (best?.point.length ?? 0)) best = mount;
  }
  return best !== undefined && networkTypes.has(best.type) ? best.type : null;
}

/** How the database is opened in a folder: without a write-ahead log where shared memory is not to be had. */
export function journalFor(
  folder: string,
  mounts = readMounts(),
): { journal: Journal; networkType: string | null } {
  const networkType = networkTypeOf(realpathSync(folder), parseMounts(mounts));
  return { journal: networkType === null ? 'wal' : 'delete', networkType };
}

/** The text of `/proc/mounts`; empty on another system than Linux. */
export function readMounts(): string {
  try {
    return readFileSync('/proc/mounts', 'utf8');
  } catch {
    // Another system than Linux.
    return '';
  }
}
