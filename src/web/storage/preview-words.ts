/** What the next sweep would do, in sentences. */
import type { Confirmation, Preview } from '../../shared/retention.ts';
import { countOf, formatBytes, formatDate, fullStop, joinWords } from '../format.ts';

const nbsp = '\u00a0';

/** What goes: `The next sweep frees 84 GB (1,204 clips).`, and what that means for what stays. */
export function previewWords(preview: Preview): string[] {
  if (preview.total.clips === 0) return [nothingWords(preview)];
  const { clips, bytes } = preview.total;
  return [
    `The next sweep frees ${formatBytes(bytes)} (${countOf(clips, 'clip')}).`,
    causesWords(preview),
    oldestWords(preview),
    partialWords(preview.partialDrives),
  ].filter((each) => each !== null);
}

/** Beside the button that saves: what it comes to. */
export function consequenceWords(preview: Preview): string {
  const { clips, bytes } = preview.total;
  if (clips === 0) return nothingWords(preview);
  const asks = preview.confirmation ? ' It asks you first.' : '';
  return `The next sweep deletes ${countOf(clips, 'clip')}, ${formatBytes(bytes)}.${asks}`;
}

/** Of a disk that does not answer nobody knows what its rule would ask for. */
function nothingWords({ obstacle }: Preview): string {
  if (obstacle?.code !== 'volume') return 'The next sweep deletes nothing.';
  return `Nothing is deleted now: ${fullStop(obstacle.message)}`;
}

function causesWords({ byAge, byDisk, byQuota }: Preview): string | null {
  const causes = [
    byAge.clips > 0 && `${countOf(byAge.clips, 'clip')} by age`,
    byDisk.clips > 0 && `${countOf(byDisk.clips, 'clip')} to make room on the disk`,
    byQuota.clips > 0 && `${countOf(byQuota.clips, 'clip')} to stay within the quota`,
  ].filter((each) => each !== false);
  return causes.length > 1 ? `That is ${joinWords(causes)}.` : null;
}

function oldestWords({ oldestDay, oldestKeptDay }: Preview): string | null {
  if (oldestKeptDay === null) return 'No recording is left then.';
  const still = oldestKeptDay === oldestDay ? 'still' : 'then';
  return `The oldest recording is ${still} from ${formatDate(oldestKeptDay)}.`;
}

function partialWords(drives: number): string | null {
  if (drives === 0) return null;
  return drives === 1 ? 'One drive becomes partial.' : `${countOf(drives, 'drive')} become partial.`;
}

/** What a rule of disk or quota cannot free, and why; null when all is well. */
export function shortfallWords({ shortfall }: Preview): string | null {
  if (!shortfall) return null;
  const rule = shortfall.rule === 'disk' ? 'the rule of the disk' : 'the quota';
  const missing = `For ${rule}, ${formatBytes(shortfall.bytes)} more would have to go`;
  switch (shortfall.cause) {
    case 'protected':
      return `${missing}, but all the rest is protected.`;
    case 'floor':
      return `${missing}, but the rest is what is always left.`;
    case 'other_data':
      return `Other data fills the disk: to delete recordings would not be enough for ${rule}, so it deletes none.`;
  }
}

/** The plan that waits for a person: what, how much, from when to when, and why it is asked. */
export function confirmationWords(confirmation: Confirmation): string[] {
  const { clips, bytes, ofClips, ofBytes, sharePct, limitPct } = confirmation;
  const of = `${clips.toLocaleString()} of ${countOf(ofClips, 'clip')} (${formatBytes(bytes)} of ${formatBytes(ofBytes)})`;
  return [
    `The rules are about to delete ${of}, ${spanWords(confirmation)}.`,
    `With what they deleted in the last day that is ${round(sharePct)}${nbsp}% of the archive; more than ${round(limitPct)}${nbsp}% does not go without your word.`,
  ];
}

function spanWords({ oldestDay, newestDay }: Confirmation): string {
  if (oldestDay === newestDay) return `recorded on ${formatDate(oldestDay)}`;
  return `recorded from ${formatDate(oldestDay)} to ${formatDate(newestDay)}`;
}

function round(pct: number): string {
  return pct.toLocaleString(undefined, { maximumFractionDigits: pct < 10 ? 1 : 0 });
}
