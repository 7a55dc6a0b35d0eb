import type { Mount } from '../db/network-fs.ts';
import { isClipFile, isScannedFolder } from './place-policy.ts';

/** File systems on disks of this very machine, that tell of every change. */
const watchedTypes: ReadonlySet<string> = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'bcachefs',
  'jfs',
  'tmpfs',
  'overlay',
  'vfat',
  'exfat',
  'ntfs3',
]);

/**
 * Whether a folder's file system tells of all changes: shares do not tell of those that other machines make, nor pools
 * put together in user space of those beneath them. Without a list of mounts (another system than Linux) it does.
 */
export function tellsOfChanges(folder: string, mounts: readonly Mount[]): boolean {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.point === '/' || folder === mount.point || folder.startsWith(`${mount.point}/`);
    if (isAbove && mount.point.length >= (best?.point.length ?? 0)) best = mount;
  }
  return best === undefined || watchedTypes.has(best.type);
}

/** What a change of an entry of this name may be: of a clip, of a folder, or of something that no scan looks at. */
export function changeOf(folder: string, name: string): 'clip' | 'folder' | 'nothing' {
  if (isClipFile(name)) return 'clip';
  // What the program itself writes beside clips, all the time.
  if (/\.(part|json|gpx|tmp)$/i.test(name) || !isScannedFolder(folder, name)) return 'nothing';
  return 'folder';
}
