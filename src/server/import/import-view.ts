import { parseClipName } from '../../shared/clip-name.ts';
import type { Import, ImportCount, ImportItem } from '../../shared/imports.ts';
import type { ImportItemRow, ImportRow } from '../db/schema-media.ts';
import { readImportName } from './import-name-policy.ts';
import { optionsOf, type ImportTally } from './import-repository.ts';

/** What is known of an import besides its rows. */
export interface ImportNow {
  freeBytes: number | null;
  /** Bytes of the file that is just being copied. */
  coming: number;
  bytesPerSecond: number | null;
}

/** An import as its page shows it. */
export function importView(
  row: ImportRow,
  tally: readonly ImportTally[],
  { freeBytes, coming, bytesPerSecond }: ImportNow,
): Import {
  const clips = tally.filter((one) => one.verdict !== 'companion');
  const sum = (states: readonly ImportTally['state'][], what: 'files' | 'bytes' | 'receivedBytes') =>
    clips
      .filter((one) => isToCome(one) && states.includes(one.state))
      .reduce((total, one) => total + one[what], 0);
  const left = clips.filter((one) => one.state === 'left').reduce((total, one) => total + one.files, 0);
  return {
    id: row.id,
    kind: row.kind,
    source: row.source,
    cameraId: row.camera_id,
    options: optionsOf(row),
    state: row.state,
    message: row.message,
    counts: countsOf(tally),
    files: {
      all: sum(['planned', 'coming', 'done', 'failed'], 'files'),
      done: sum(['done'], 'files'),
      failed: sum(['failed'], 'files'),
      left,
    },
    bytes: {
      all: sum(['planned', 'coming', 'done', 'failed'], 'bytes'),
      done: sum(['done'], 'bytes') + sum(['planned', 'coming'], 'receivedBytes') + coming,
    },
    bytesPerSecond: row.state === 'running' ? bytesPerSecond : null,
    freeBytes,
    isSameVolume: row.is_same_volume === 1,
    isReadOnly: row.is_read_only === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** What is known is only looked at, and comes to nothing that a person waits for. */
const isToCome = ({ verdict }: ImportTally): boolean => verdict !== 'known';

function countsOf(tally: readonly ImportTally[]): ImportCount[] {
  const counts = new Map<ImportCount['verdict'], ImportCount>();
  for (const { verdict, files, bytes } of tally) {
    const before = counts.get(verdict) ?? { verdict, files: 0, bytes: 0 };
    counts.set(verdict, { verdict, files: before.files + files, bytes: before.bytes + bytes });
  }
  return [...counts.values()];
}

export function importItemView(row: ImportItemRow): ImportItem {
  const { kind, channel } = readImportName(row.path);
  const parsed = parseClipName(row.name);
  return {
    id: row.id,
    path: row.path,
    name: row.name,
    bytes: row.bytes,
    receivedBytes: row.received_bytes,
    verdict: row.verdict,
    state: row.state,
    localStart: parsed?.localStart ?? null,
    channel: parsed ? channel : null,
    kind: parsed ? kind : null,
    container: parsed?.container ?? null,
    clipId: row.clip_id,
    message: row.message,
  };
}
