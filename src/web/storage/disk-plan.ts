/** What the disk is full of, as parts of one bar that a legend tells in numbers. */
import { channels, clipKinds, type Channel, type ClipKind } from '../../shared/clips.ts';
import type { Measure, Storage, UsageCell } from '../../shared/storage.ts';
import { formatMonth, sentence } from '../format.ts';
import { wordsOf, type TextKey } from '../text/text.ts';
import { channelWords, kindWords } from '../words.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

export const groupings = ['kind', 'camera', 'channel', 'month'] as const;
export type Grouping = (typeof groupings)[number];

export const groupingWords = wordsOf<typeof en, Grouping>(t, {
  kind: 'byKind',
  camera: 'byCamera',
  channel: 'byChannel',
  month: 'byMonth',
});

/** How a part is drawn; each has its own hue or pattern (disk-picture.module.css). */
export type PartLook =
  | ClipKind
  | Channel
  | `camera${0 | 1 | 2 | 3 | 4}`
  | 'monthA'
  | 'monthB'
  | 'trash'
  | 'exports'
  | 'parts'
  | 'import'
  | 'caches'
  | 'recycle'
  | 'files'
  | 'others'
  | 'free';

export interface DiskPart {
  key: string;
  look: PartLook;
  title: string;
  bytes: number;
  /** Null for what is not counted in clips. */
  clips: number | null;
  /** 0 to 1 of the whole picture. */
  share: number;
}

export interface DiskPicture {
  /** From left to right: first all that lies in the recordings folder, then other data, then what is free. */
  parts: DiskPart[];
  wholeBytes: number;
  /** Whether the disk has told its size; else the picture is of what is known to be used. */
  isWholeDisk: boolean;
}

/** Months that have a part of their own; the earlier ones share one. */
const monthsShown = 12;
const cameraLooks = ['camera0', 'camera1', 'camera2', 'camera3', 'camera4'] as const;

type Bare = Omit<DiskPart, 'share'>;

/** The picture of the recordings volume, with the archive split by one property of its clips. */
export function diskPicture(
  storage: Storage,
  by: Grouping,
  cameraNames: ReadonlyMap<number, string>,
): DiskPicture {
  const ours = [...archiveParts(storage.cells, by, cameraNames), ...folderParts(storage)];
  const known = sum(ours.map((part) => part.bytes));
  const { freeBytes, totalBytes } = storage.volume;
  const isWholeDisk = freeBytes !== null && totalBytes !== null;
  const others = isWholeDisk ? Math.max(0, totalBytes - freeBytes - known) : (storage.otherDataBytes ?? 0);
  const bare = [...ours, bytesPart('others', t('otherData'), others)];
  if (isWholeDisk) bare.push(bytesPart('free', t('free'), freeBytes));
  const shown = bare.filter((part) => part.bytes > 0 || part.look === 'free');
  const wholeBytes = sum(shown.map((part) => part.bytes));
  const parts = shown.map((part) => ({ ...part, share: wholeBytes > 0 ? part.bytes / wholeBytes : 0 }));
  return { parts, wholeBytes, isWholeDisk };
}

function archiveParts(
  cells: readonly UsageCell[],
  by: Grouping,
  cameraNames: ReadonlyMap<number, string>,
): Bare[] {
  switch (by) {
    case 'kind':
      return clipKinds.map((kind) =>
        clipsPart(
          kind,
          kindWords[kind],
          cells.filter((cell) => cell.kind === kind),
        ),
      );
    case 'channel':
      return channels.map((channel) =>
        clipsPart(
          channel,
          channelWords[channel],
          cells.filter((cell) => cell.channel === channel),
        ),
      );
    case 'camera':
      return cameraParts(cells, cameraNames);
    case 'month':
      return monthParts(cells);
  }
}

function cameraParts(cells: readonly UsageCell[], cameraNames: ReadonlyMap<number, string>): Bare[] {
  const ids = [...new Set(cells.map((cell) => cell.cameraId))].toSorted((a, b) => a - b);
  return ids.map((id, index) => ({
    ...clipsPart(
      cameraLooks[index % cameraLooks.length] ?? 'camera0',
      cameraNames.get(id) ?? sentence(t('removedCamera')),
      cells.filter((cell) => cell.cameraId === id),
    ),
    key: `camera ${id}`,
  }));
}

function monthParts(cells: readonly UsageCell[]): Bare[] {
  const months = [...new Set(cells.map((cell) => cell.month))].toSorted().toReversed();
  const shown = months.slice(0, monthsShown);
  const earlier = cells.filter((cell) => !shown.includes(cell.month));
  const parts = shown.map((month, index) => ({
    ...clipsPart(
      index % 2 === 0 ? 'monthA' : 'monthB',
      formatMonth(`${month}-01`),
      cells.filter((cell) => cell.month === month),
    ),
    key: month,
  }));
  const last = { ...clipsPart('other', t('earlierMonths'), earlier), key: 'earlier' };
  return earlier.length > 0 ? [...parts, last] : parts;
}

const measured: readonly (readonly [PartLook, TextKey<typeof en>, (measure: Measure) => number])[] = [
  ['exports', 'exports', (measure) => measure.exportsBytes],
  ['parts', 'unfinished', (measure) => measure.partsBytes],
  ['import', 'toImport', (measure) => measure.importBytes],
  ['caches', 'caches', (measure) => measure.cachesBytes],
  ['recycle', 'recycleBin', (measure) => measure.recycleBytes],
  ['files', 'otherFiles', (measure) => measure.otherBytes],
];

/** What lies in the recordings folder beside the archive. */
function folderParts({ trash, measure }: Storage): Bare[] {
  return [
    {
      key: 'trash',
      look: 'trash',
      title: t('trash'),
      bytes: trash.bytes + measure.trashStrayBytes,
      clips: trash.clips,
    },
    ...measured.map(([look, title, bytes]) => bytesPart(look, t(title), bytes(measure))),
  ];
}

function clipsPart(look: PartLook, title: string, cells: readonly UsageCell[]): Bare {
  const bytes = sum(cells.map((cell) => cell.bytes));
  return { key: look, look, title, bytes, clips: sum(cells.map((cell) => cell.clips)) };
}

function bytesPart(look: PartLook, title: string, bytes: number): Bare {
  return { key: look, look, title, bytes, clips: null };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** A limit that is drawn across the picture, where it is from the left. */
export interface DiskLimit {
  look: 'quota' | 'delete' | 'stop';
  /** 0 to 1 of the picture. */
  at: number;
}

/** Where the rules' limits are in the picture; none for a picture that is not of the whole disk. */
export function diskLimits(
  picture: DiskPicture,
  quotaBytes: number | null,
  rules: { retentionDiskPct: number; diskCriticalPct: number } | null,
): DiskLimit[] {
  if (!picture.isWholeDisk || picture.wholeBytes === 0) return [];
  const limits: DiskLimit[] = [];
  const quotaAt = (quotaBytes ?? 0) / picture.wholeBytes;
  if (quotaAt > 0 && quotaAt < 1) limits.push({ look: 'quota', at: quotaAt });
  if (rules && rules.retentionDiskPct > 0) limits.push({ look: 'delete', at: rules.retentionDiskPct / 100 });
  if (rules && rules.diskCriticalPct > 0) limits.push({ look: 'stop', at: rules.diskCriticalPct / 100 });
  return limits;
}
