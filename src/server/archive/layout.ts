import type { ClipKind } from '../../shared/clips.ts';
import type { Layout } from '../../shared/settings.ts';

/** What decides where a clip is filed. */
export interface Filing {
  name: string;
  /** Camera-local start as the file's name says: `2026-06-28T13:34:16`. */
  localStart: string;
  kind: ClipKind;
  layout: Layout;
  /** Folder of the camera below the archive root; empty for the first camera. */
  cameraFolder: string;
}

export const unclassifiedFolder = 'Unclassified';
const maxNameBytes = 200;

/**
 * Path of a clip below the archive root, with `/`: `2026-06-28/2026_0628_133416_0001F.MP4`. The folder comes from the
 * date in the file's name and from nothing else, so that a scan finds it where it was filed.
 */
export function archivePath(filing: Filing): string {
  const folder =
    filing.kind === 'unclassified' ? unclassifiedFolder : dateFolder(filing.localStart, filing.layout);
  return [filing.cameraFolder, folder, safeFileName(filing.name)].filter((part) => part !== '').join('/');
}

/** Daily `2026-06-28`, weekly the Monday's date, monthly `2026-06`, yearly `2026`, none the empty string. */
export function dateFolder(localStart: string, layout: Layout): string {
  switch (layout) {
    case 'daily':
      return localStart.slice(0, 10);
    case 'weekly':
      return mondayOf(localStart.slice(0, 10));
    case 'monthly':
      return localStart.slice(0, 7);
    case 'yearly':
      return localStart.slice(0, 4);
    case 'none':
      return '';
  }
}

function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return new Date(date.getTime() - sinceMonday * 86_400_000).toISOString().slice(0, 10);
}

/** A second name for a clip whose place is taken: `X.MP4` becomes `X~2.MP4`. */
export function numberedPath(path: string, number: number): string {
  const dot = path.lastIndexOf('.');
  return `${path.slice(0, dot)}~${number}${path.slice(dot)}`;
}

/** The name with what file systems and shares do not take replaced by `_`; never empty, hidden or over-long. */
export function safeFileName(name: string): string {
  const plain = name
    .replaceAll(/[\p{Cc}\p{Cs}<>:"/\\|?*]/gu, '_')
    .replace(/^[.\s]+/, '_')
    .replace(/[.\s]+$/, '_');
  if (Buffer.byteLength(plain) <= maxNameBytes) return plain === '' ? '_' : plain;
  const ending = /\.\w{1,4}$/.exec(plain)?.[0] ?? '';
  const start = Buffer.from(plain).subarray(0, maxNameBytes - ending.length);
  return `${start.toString().replace(/[\uFFFD.\s]+$/, '')}${ending}`;
}
