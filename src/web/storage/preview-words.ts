/** What the next sweep would do, in sentences. */
import type { Confirmation, Preview } from '../../shared/retention.ts';
import { formatBytes, formatDate, fullStop, joinWords } from '../format.ts';
import { locale, type TextKey } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

/** What goes: `The next sweep frees 84 GB (1,204 clips).`, and what that means for what stays. */
export function previewWords(preview: Preview): string[] {
  if (preview.total.clips === 0) return [nothingWords(preview)];
  const { clips, bytes } = preview.total;
  return [
    t('nextFrees', { count: clips, size: formatBytes(bytes) }),
    causesWords(preview),
    oldestWords(preview),
    partialWords(preview.partialDrives),
  ].filter((each) => each !== null);
}

/** Beside the button that saves: what it comes to. */
export function consequenceWords(preview: Preview): string {
  const { clips, bytes } = preview.total;
  if (clips === 0) return nothingWords(preview);
  const deletes = t('nextDeletes', { count: clips, size: formatBytes(bytes) });
  return preview.confirmation ? `${deletes} ${t('asksFirst')}` : deletes;
}

/** Of a disk that does not answer nobody knows what its rule would ask for. */
function nothingWords({ obstacle }: Preview): string {
  if (obstacle?.code !== 'volume') return t('deletesNothing');
  return t('nothingNow', { reason: fullStop(obstacle.message) });
}

function causesWords({ byAge, byDisk, byQuota }: Preview): string | null {
  const causes = [
    byAge.clips > 0 && t('clipsByAge', { count: byAge.clips }),
    byDisk.clips > 0 && t('clipsForDisk', { count: byDisk.clips }),
    byQuota.clips > 0 && t('clipsForQuota', { count: byQuota.clips }),
  ].filter((each) => each !== false);
  return causes.length > 1 ? t('thatIs', { causes: joinWords(causes) }) : null;
}

function oldestWords({ oldestDay, oldestKeptDay }: Preview): string | null {
  if (oldestKeptDay === null) return t('noneLeft');
  const day = formatDate(oldestKeptDay);
  return t(oldestKeptDay === oldestDay ? 'oldestStill' : 'oldestThen', { day });
}

function partialWords(drives: number): string | null {
  return drives === 0 ? null : t('partial', { count: drives });
}

type Shortfall = NonNullable<Preview['shortfall']>;

const shortfalls: Record<Shortfall['rule'], Record<Shortfall['cause'], TextKey<typeof en>>> = {
  disk: { protected: 'diskProtected', floor: 'diskFloor', other_data: 'diskOtherData' },
  quota: { protected: 'quotaProtected', floor: 'quotaFloor', other_data: 'quotaOtherData' },
};

/** What a rule of disk or quota cannot free, and why; null when all is well. */
export function shortfallWords({ shortfall }: Preview): string | null {
  if (!shortfall) return null;
  return t(shortfalls[shortfall.rule][shortfall.cause], { size: formatBytes(shortfall.bytes) });
}

/** The plan that waits for a person: what, how much, from when to when, and why it is asked. */
export function confirmationWords(confirmation: Confirmation): string[] {
  const { clips, bytes, ofClips, ofBytes, sharePct, limitPct } = confirmation;
  return [
    t('aboutTo', {
      clips,
      count: ofClips,
      size: formatBytes(bytes),
      ofSize: formatBytes(ofBytes),
      span: spanWords(confirmation),
    }),
    t('shareOfDay', { share: round(sharePct), limit: round(limitPct) }),
  ];
}

function spanWords({ oldestDay, newestDay }: Confirmation): string {
  if (oldestDay === newestDay) return t('recordedOn', { day: formatDate(oldestDay) });
  return t('recordedFrom', { from: formatDate(oldestDay), to: formatDate(newestDay) });
}

function round(pct: number): string {
  return pct.toLocaleString(locale, { maximumFractionDigits: pct < 10 ? 1 : 0 });
}
