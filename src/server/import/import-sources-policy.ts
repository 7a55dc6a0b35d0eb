/** A mount as `/proc/mounts` has it. */
export interface SourceMount {
  point: string;
  isReadOnly: boolean;
}

/** Where cards and sticks are mounted; what is mounted below is offered. */
const mountRoots = ['/media', '/mnt', '/run/media'];
/** Not disks: what the system mounts for itself. */
const inner: ReadonlySet<string> = new Set([
  'proc',
  'sysfs',
  'tmpfs',
  'devtmpfs',
  'cgroup',
  'cgroup2',
  'overlay',
  'autofs',
  'nsfs',
  'mqueue',
  'devpts',
]);

/** Disks that are mounted where people mount cards, in the order of their places. */
export function mountsOf(text: string): SourceMount[] {
  const mounts = new Map<string, SourceMount>();
  for (const line of text.split('\n')) {
    const [, point = '', type = '', options = ''] = line.split(' ');
    const place = unescape(point);
    if (inner.has(type) || !mountRoots.some((root) => place.startsWith(`${root}/`))) continue;
    mounts.set(place, { point: place, isReadOnly: options.split(',').includes('ro') });
  }
  return [...mounts.values()].toSorted((a, b) => (a.point < b.point ? -1 : 1));
}

/** Spaces and the like are written as `\040`. */
const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));

/** Whether a path is a folder or lies below it; both absolute and real. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** Folders of the recordings volume that are no part of the archive, and what people call them. */
export const dropFolders: readonly { name: string; label: string }[] = [
  { name: 'import', label: 'Folder import in the recordings folder' },
  { name: '.import_tmp', label: 'Left over from imports of the earlier version' },
];

/**
 * Why nothing may be imported from a folder; null when it may. Paths are real ones. The archive must never be imported
 * into itself: every file would be known, and with the wish to move be deleted.
 */
export function sourceRefusal(
  path: string,
  { roots, recordings }: { roots: readonly string[]; recordings: string },
): string | null {
  if (isWithin(recordings, path))
    return 'The recordings folder lies in it: an archive is not imported into itself.';
  const isDrop = dropFolders.some(({ name }) => isWithin(path, `${recordings}/${name}`));
  if (isWithin(path, recordings) && !isDrop)
    return 'It is a part of the archive; a scan takes in what lies there.';
  if (!roots.some((root) => isWithin(path, root)))
    return 'Only the folder to import from (see Settings) and what is mounted below /media, /mnt and /run/media can be read.';
  return null;
}
