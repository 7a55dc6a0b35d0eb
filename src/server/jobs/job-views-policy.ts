import type { ArchiveCheck, Refile } from '../../shared/archive-care.ts';
import type { Import } from '../../shared/imports.ts';
import type { Job } from '../../shared/jobs.ts';
import type { MediaStatus } from '../../shared/media.ts';
import type { SyncSummary } from '../../shared/queue.ts';
import type { Retention } from '../../shared/retention.ts';
import type { Measure } from '../../shared/storage.ts';
import type { Integrity, Scan } from '../../shared/system.ts';
import type { SentParcel } from '../parcel/parcel-service.ts';

/** How long it takes yet if it goes on as until now; null while that would be a guess. */
export function timeLeftMs(
  { done, total, startedAt }: Pick<Job, 'done' | 'total' | 'startedAt'>,
  now: number,
): number | null {
  if (done === null || total === null || startedAt === null) return null;
  const elapsed = now - startedAt;
  if (elapsed < 5000 || done < 3 || done >= total) return null;
  return Math.round((elapsed / done) * (total - done));
}

const nothing = {
  state: 'running',
  about: null,
  reason: null,
  done: null,
  total: null,
  unit: null,
  startedAt: null,
  leftMs: null,
  canCancel: false,
} as const;

function withTimeLeft(job: Job, now: number): Job {
  return job.state === 'running' ? { ...job, leftMs: timeLeftMs(job, now) } : job;
}

export function scanJob({ state, files, startedAt }: Scan): Job | null {
  if (state !== 'running') return null;
  return { ...nothing, id: 'scan', kind: 'scan', done: files, unit: 'files', startedAt, canCancel: true };
}

export function refileJob(refile: Refile, now: number): Job | null {
  if (refile.state !== 'running') return null;
  const { clips: total, moved, left, startedAt, message } = refile;
  const state = message === null ? 'running' : 'waiting';
  const done = Math.min(total, moved + left);
  const facts = { state, reason: message, done, total, unit: 'clips', startedAt, canCancel: true } as const;
  return withTimeLeft({ ...nothing, id: 'refile', kind: 'refile', ...facts }, now);
}

export function checkJob(check: ArchiveCheck): Job | null {
  const { state, checked, clips, arrived, startedAt, message } = check;
  if (state !== 'running' && state !== 'paused') return null;
  const total = Math.max(checked, clips - arrived);
  const isRunning = state === 'running';
  return {
    ...nothing,
    id: 'check',
    kind: 'check',
    state: isRunning ? 'running' : 'waiting',
    reason: message,
    done: checked,
    total,
    unit: 'clips',
    startedAt,
    canCancel: true,
  };
}

export function sweepJob(state: Retention['state'], progress: Retention['progress']): Job | null {
  if (state !== 'planning' && state !== 'sweeping') return null;
  const done = progress && progress.done + progress.failed;
  return {
    ...nothing,
    id: 'sweep',
    kind: 'sweep',
    done: done && Math.min(done, progress.total),
    total: progress?.total ?? null,
    unit: progress ? 'clips' : null,
    canCancel: true,
  };
}

export function importJob(one: Import): Job | null {
  const { id, state, source, kind, files, bytes, bytesPerSecond, startedAt, createdAt, message } = one;
  if (state !== 'planning' && state !== 'running' && state !== 'paused') return null;
  const about = kind === 'folder' ? source : null;
  const job = { ...nothing, id: `import:${id}`, kind: 'import', about, canCancel: true } as const;
  if (state === 'planning') return { ...job, startedAt: createdAt };
  const left = bytes.all - bytes.done;
  return {
    ...job,
    state: state === 'paused' ? 'paused' : 'running',
    reason: message,
    done: files.done,
    total: files.all,
    unit: 'files',
    startedAt: startedAt ?? createdAt,
    leftMs: bytesPerSecond ? Math.max(0, Math.round((left / bytesPerSecond) * 1000)) : null,
  };
}

export function downloadJob(sync: SyncSummary, since: number | null): Job | null {
  if (sync.status !== 'downloading') return null;
  return {
    ...nothing,
    id: 'download',
    kind: 'download',
    total: sync.waiting,
    unit: 'clips',
    startedAt: since,
    leftMs: sync.remainingMs,
  };
}

export function mediaJob({ state, waiting, current, message }: MediaStatus): Job | null {
  const due = waiting.facts + waiting.pictures + waiting.proxies + waiting.repairs;
  if (state === 'off' || (state === 'idle' && current === null) || (due === 0 && current === null))
    return null;
  return {
    ...nothing,
    id: 'media',
    kind: 'media',
    state: state === 'paused' ? 'waiting' : 'running',
    about: current?.name ?? null,
    reason: state === 'paused' ? message : null,
    total: due,
    unit: 'clips',
  };
}

export interface TrackDue {
  due: number;
  state: 'idle' | 'reading' | 'downloads' | 'volume';
}

const trackReasons: Partial<Record<TrackDue['state'], string>> = {
  downloads: 'Clips are coming in first.',
  volume: 'The recordings folder is not there.',
};

export function tracksJob({ due, state }: TrackDue): Job | null {
  if (due === 0 || state === 'idle') return null;
  const isRunning = state === 'reading';
  return {
    ...nothing,
    id: 'tracks',
    kind: 'tracks',
    state: isRunning ? 'running' : 'waiting',
    reason: trackReasons[state] ?? null,
    total: due,
    unit: 'clips',
  };
}

export function journeysJob(isPending: boolean): Job | null {
  return isPending ? { ...nothing, id: 'journeys', kind: 'journeys' } : null;
}

export function measureJob({ state, files, startedAt }: Measure): Job | null {
  if (state !== 'running') return null;
  return { ...nothing, id: 'measure', kind: 'measure', done: files, unit: 'files', startedAt };
}

export function backupJob(isRunning: boolean): Job | null {
  return isRunning ? { ...nothing, id: 'backup', kind: 'backup' } : null;
}

/** Originals or positions on their way to a browser. */
export function parcelJob({ number, fileName, startedAt }: SentParcel): Job {
  const id = `parcel:${number}`;
  return { ...nothing, id, kind: 'parcel', about: fileName, startedAt, canCancel: true };
}

export function integrityJob({ state }: Integrity): Job | null {
  return state === 'running' ? { ...nothing, id: 'integrity', kind: 'integrity' } : null;
}
