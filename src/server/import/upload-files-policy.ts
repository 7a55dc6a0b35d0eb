import type { ImportItemRow } from '../db/schema-media.ts';
import type { JudgedFile } from './import-judge.ts';
import { clipOfCompanion } from './import-name-policy.ts';
import type { ImportFile } from './import-plan.ts';

const maxCompanionBytes = 64 * 1024 * 1024;
const latestMs = Date.UTC(2100, 0, 1);

/** A time that a calendar can show. */
export const plausible = (ms: number | null): number | null =>
  ms === null || ms < 0 || ms > latestMs ? null : Math.round(ms);

/** A GPX file of a clip is asked for with it. */
export function asCompanion(judged: JudgedFile): JudgedFile {
  const { file, verdict } = judged;
  const isCompanion = verdict === 'other' && clipOfCompanion(file.path) !== null;
  if (!isCompanion || file.bytes === 0 || file.bytes > maxCompanionBytes) return judged;
  return { ...judged, verdict: 'companion' };
}

/** Not told of before, another file by now, or one that came to nothing and is offered again. */
export function isOutdated(before: ImportItemRow | undefined, file: ImportFile): boolean {
  if (!before) return true;
  if (before.bytes !== file.bytes || before.mtime_ms !== file.mtimeMs) return true;
  return before.state === 'failed' || before.state === 'left';
}
