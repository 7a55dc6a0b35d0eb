import type { Job } from '../../shared/jobs.ts';
import { formatAbout, formatCount, formatInstant, fullStop } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { clipTitle, type Tone } from '../words.ts';
import { t } from './texts.ts';

export const jobWords = wordsOf(t, {
  download: 'jobDownload',
  import: 'jobImport',
  parcel: 'jobParcel',
  scan: 'jobScan',
  refile: 'jobRefile',
  sweep: 'jobSweep',
  check: 'jobCheck',
  tracks: 'jobTracks',
  journeys: 'jobJourneys',
  media: 'jobMedia',
  measure: 'jobMeasure',
  backup: 'jobBackup',
  integrity: 'jobIntegrity',
});

export function jobTone({ state }: Job): Tone {
  return state === 'running' ? 'accent' : 'amber';
}

/** What it is at, how far, since when and for how long yet: short facts, each with a point between. */
export function jobFacts(job: Job, now: number): string[] {
  const { state, startedAt, leftMs } = job;
  return [
    state === 'waiting' ? t('jobWaiting') : state === 'paused' ? t('jobPaused') : null,
    amount(job),
    startedAt === null ? null : t('jobSince', { time: formatInstant(startedAt, now) }),
    leftMs === null ? null : t('jobLeft', { time: formatAbout(leftMs) }),
  ].filter((fact) => fact !== null);
}

function amount({ done, total, unit }: Job): string | null {
  if (unit === null || unit === 'bytes') return null;
  const isFiles = unit === 'files';
  if (done !== null && total !== null)
    return t(isFiles ? 'ofFiles' : 'ofClips', { done: formatCount(done), total: formatCount(total) });
  if (done !== null) return t(isFiles ? 'doneFiles' : 'doneClips', { count: done });
  return total === null || total === 0 ? null : t('dueClips', { count: total });
}

/** What a job is about, or waits for. */
export function jobAbout({ kind, about, reason }: Job): string | null {
  if (reason !== null) return fullStop(reason);
  if (about === null) return null;
  return kind === 'media' ? clipTitle(about) : about;
}

/** In hundredths; null where nobody knows how much there is. */
export function jobPercent({ done, total }: Job): number | null {
  if (done === null || total === null || total === 0) return null;
  return Math.min(100, (done / total) * 100);
}
