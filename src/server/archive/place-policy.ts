import { containerOfName, parseClipName, type ClipName } from '../../shared/clip-name.ts';

/** Where bulk imports wait for their turn, below the archive root; not part of the archive. */
const importFolder = 'import';
/** What a NAS or an operating system keeps beside a share: recycle bins above all, for what was deleted stays so. */
const systemFolders: ReadonlySet<string> = new Set([
  '@eadir',
  '#recycle',
  '@recycle',
  '@recently-snapshot',
  '#snapshot',
  '$recycle.bin',
  'system volume information',
  'lost+found',
]);
const numberedPattern = /^(.+)~\d{1,3}(\.\w{1,4})$/;

/** What a file was recorded as. */
export interface RecordedName {
  name: string;
  tells: ClipName | null;
}

/** Whether a scan goes into a folder; `parent` is empty for the archive root. */
export function isScannedFolder(parent: string, name: string): boolean {
  if (name.startsWith('.') || systemFolders.has(name.toLowerCase())) return false;
  return parent !== '' || name !== importFolder;
}

/** Whether a file's name is that of a clip: any video of a camera's containers, and a photo that a camera named. */
export function isClipFile(name: string): boolean {
  const container = containerOfName(name);
  if (container === null || name.startsWith('.')) return false;
  return container !== 'jpg' || parseClipName(recordedName(name)) !== null;
}

/** The name that the camera gave: without our number (`X~2.MP4`), in upper case as cameras write them. */
export function recordedName(fileName: string): string {
  return recordedAs(fileName).name;
}

/** The same with what it tells; null where it is not understood. */
export function recordedAs(fileName: string): RecordedName {
  const [, start, ending = ''] = numberedPattern.exec(fileName) ?? [];
  const plain = start === undefined ? null : parseClipName(start + ending);
  if (plain) return { name: `${start}${ending}`.toUpperCase(), tells: plain };
  const tells = parseClipName(fileName);
  return { name: tells ? fileName.toUpperCase() : fileName, tells };
}

/** The last part of a path with `/`. */
export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const folderNamed = (path: string, names: readonly string[]) =>
  path
    .toLowerCase()
    .split('/')
    .slice(0, -1)
    .some((folder) => names.includes(folder));

/** The camera's folders of write-protected clips, copied with their clips. */
export const isLockedPlace = (path: string): boolean => folderNamed(path, ['ro', 'emr']);
export const isParkingPlace = (path: string): boolean => folderNamed(path, ['parking']);
