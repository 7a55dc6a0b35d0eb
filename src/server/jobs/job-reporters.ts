import type { ArchiveCheck } from '../archive/archive-check.ts';
import type { RefileService } from '../archive/refile-service.ts';
import type { ScanService } from '../archive/scan-service.ts';
import type { BackupService } from '../db/backup-service.ts';
import type { IntegrityCheck } from '../db/integrity-check.ts';
import type { ImportService } from '../import/import-service.ts';
import type { JourneyService } from '../journeys/journey-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { ParcelService } from '../parcel/parcel-service.ts';
import type { RetentionService } from '../retention/retention-service.ts';
import type { MeasureService } from '../storage/measure-service.ts';
import type { TrackService } from '../tracks/track-service.ts';
import type { MediaStatus } from '../../shared/media.ts';
import type { SyncSummary } from '../../shared/queue.ts';
import {
  backupJob,
  checkJob,
  downloadJob,
  importJob,
  integrityJob,
  journeysJob,
  measureJob,
  mediaJob,
  parcelJob,
  refileJob,
  scanJob,
  sweepJob,
  tracksJob,
} from './job-views-policy.ts';
import type { JobReporter } from './jobs.ts';

export interface JobSources {
  clock: Clock;
  syncSummary: () => Promise<SyncSummary>;
  imports: Pick<ImportService, 'list' | 'cancel'>;
  parcels: Pick<ParcelService, 'sending' | 'cancel'>;
  scan: Pick<ScanService, 'status' | 'cancel'>;
  refile: Pick<RefileService, 'status' | 'halt'>;
  retention: Pick<RetentionService, 'stateNow' | 'progressNow' | 'stopSweep'>;
  check: Pick<ArchiveCheck, 'view' | 'cancel'>;
  tracks: Pick<TrackService, 'progress'>;
  journeys: Pick<JourneyService, 'isPending'>;
  mediaStatus: () => Promise<MediaStatus>;
  measure: Pick<MeasureService, 'status'>;
  backups: Pick<BackupService, 'isRunning'>;
  integrity: Pick<IntegrityCheck, 'status'>;
}

/** Who tells what works in the background. */
export function jobReporters(sources: JobSources): JobReporter[] {
  const { clock, scan, refile, retention, check, tracks, journeys, imports, parcels } = sources;
  return [
    { jobs: async () => [downloadJob(await sources.syncSummary(), null)] },
    {
      jobs: async () => (await imports.list()).map(importJob),
      cancel: ({ id }) => imports.cancel(Number(id.slice('import:'.length))),
    },
    {
      jobs: () => parcels.sending().map(parcelJob),
      cancel: ({ id }) => parcels.cancel(Number(id.slice('parcel:'.length))),
    },
    { jobs: () => [scanJob(scan.status)], cancel: () => scan.cancel() },
    { jobs: () => [refileJob(refile.status, clock.now())], cancel: () => refile.halt() },
    {
      jobs: () => [sweepJob(retention.stateNow, retention.progressNow)],
      cancel: () => retention.stopSweep(),
    },
    { jobs: async () => [checkJob(await check.view())], cancel: () => check.cancel() },
    { jobs: async () => [tracksJob(await tracks.progress())] },
    { jobs: async () => [journeysJob(await journeys.isPending())] },
    { jobs: async () => [mediaJob(await sources.mediaStatus())] },
    { jobs: () => [measureJob(sources.measure.status)] },
    { jobs: () => [backupJob(sources.backups.isRunning)] },
    { jobs: () => [integrityJob(sources.integrity.status)] },
  ];
}
