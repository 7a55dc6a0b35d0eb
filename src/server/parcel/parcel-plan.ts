/** What goes into a file of chosen clips, and under which names. Pure. */

/** A chosen clip as the ledger has it. */
export interface ParcelClip {
  id: number;
  name: string;
  /** Below the archive root; null while it is not there. */
  path: string | null;
  camera: string;
  /** Local day. */
  day: string;
  /** Where the car was. */
  wallMs: number;
  /** Why it is not there, for people; null when it is. */
  absent: string | null;
}

export interface ParcelEntry {
  clipId: number;
  /** In the zip, with `/`. */
  name: string;
  wallMs: number;
}

export interface ParcelNames {
  entries: ParcelEntry[];
  /** Folder of each day, with its `/`. */
  folders: Map<string, string>;
}

const mostLetters = 120;
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A name that every system can have in a folder, and that leads nowhere else. */
export function plainFileName(name: string, otherwise: string): string {
  const plain = name
    .normalize('NFC')
    // oxlint-disable-next-line no-control-regex -- they are what is taken out
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\p{Cs}]/gu, '')
    .trim()
    .replaceAll(/^\.+|[. ]+$/g, '');
  const short = shortened(plain === '' ? otherwise : plain);
  return reserved.test(short) ? `_${short}` : short;
}

/** With its ending. */
function shortened(name: string): string {
  const letters = Array.from(name);
  if (letters.length <= mostLetters) return name;
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? '';
  return letters.slice(0, mostLetters - ending.length).join('') + ending;
}

const fileNameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/**
 * Names by day, and by camera where there are several: the same of two clips only on one day of one camera, where the
 * later gets a number. Names that differ in their case alone are the same to many systems.
 */
export function planNames(clips: readonly ParcelClip[]): ParcelNames {
  const areSeveral = new Set(clips.map(({ camera }) => camera)).size > 1;
  const taken = new Set<string>();
  const folders = new Map<string, string>();
  const entries = inOrder(clips).map(({ id, name, path, camera, day, wallMs }) => {
    const folder = `${areSeveral ? `${plainFileName(camera, 'camera')}/` : ''}${plainFileName(day, 'day')}/`;
    if (!folders.has(day)) folders.set(day, `${plainFileName(day, 'day')}/`);
    const file = plainFileName(fileNameOf(path ?? name), `clip-${id}`);
    return { clipId: id, name: free(folder, file, taken), wallMs };
  });
  return { entries, folders };
}

const inOrder = (clips: readonly ParcelClip[]) =>
  clips.toSorted((a, b) => a.wallMs - b.wallMs || a.id - b.id);

function free(folder: string, file: string, taken: Set<string>): string {
  const dot = file.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [file.slice(0, dot), file.slice(dot)] : [file, ''];
  for (let number = 1; ; number++) {
    const name = `${folder}${number === 1 ? file : `${stem}~${number}${ending}`}`;
    const key = name.toLowerCase();
    if (taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}

/** What is not in the file, for people; null when nothing is missing. */
export function missingText(clips: readonly ParcelClip[]): string | null {
  if (clips.length === 0) return null;
  const lines = inOrder(clips).map(({ day, name, camera, absent }) => {
    const words = [day, plainFileName(name, 'clip'), `(${plainFileName(camera, 'camera')})`];
    return `${words.join(' ')}: ${absent ?? 'not found'}`;
  });
  const head = 'These clips were chosen, and are not in this file:';
  return [head, '', ...lines, ''].join('\r\n');
}

/** `viofosync-2026-06-28.zip`, or from the first to the last day. */
export function parcelFileName(days: readonly string[], ending: 'zip' | 'gpx'): string {
  const all = days.toSorted();
  const [first, last] = [all[0] ?? 'clips', all.at(-1) ?? 'clips'];
  return `viofosync-${first === last ? first : `${first}-to-${last}`}.${ending}`;
}

/** The time in a zip is a wall clock without a zone: this date shows it on the clock of this process. From 1980 on. */
export function zipDate(wallMs: number): Date {
  const wall = new Date(Math.max(wallMs, Date.UTC(1980, 0, 1)));
  return new Date(
    wall.getUTCFullYear(),
    wall.getUTCMonth(),
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
  );
}
