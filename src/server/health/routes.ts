import type { FastifyInstance } from 'fastify';
import type { Camera } from '../../shared/cameras.ts';
import type { SyncSummary } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import type { Startup } from '../../shared/startup.ts';
import type { ArchiveVolume, Status } from '../../shared/status.ts';
import type { Backup, System } from '../../shared/system.ts';
import { serve } from '../http/serve.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { ProblemService } from './problem-service.ts';

export interface HealthRouteDeps {
  version: string;
  zone: string;
  startedAt: number;
  clock: Clock;
  problems: ProblemService;
  cameras(): Promise<Camera[]>;
  syncSummary(): Promise<SyncSummary>;
  volumeStatus(): ArchiveVolume;
  archiveTotals(): Promise<{ clips: number; bytes: number }>;
  retentionState(): Status['retention']['state'];
  ffmpeg(): Status['ffmpeg'];
  system(): Promise<System>;
  backUp(): Promise<Backup>;
  startup(cookie: string | undefined): Promise<Startup>;
}

export function healthRoutes(app: FastifyInstance, deps: HealthRouteDeps): void {
  serve(app, routes.getHealth, () => ({ status: 'ok' as const, version: deps.version }));
  serve(app, routes.getStatus, async () => ({
    version: deps.version,
    startedAt: deps.startedAt,
    now: deps.clock.now(),
    zone: deps.zone,
    cameras: await deps.cameras(),
    sync: await deps.syncSummary(),
    archive: { ...deps.volumeStatus(), ...(await deps.archiveTotals()) },
    retention: { state: deps.retentionState() },
    ffmpeg: deps.ffmpeg(),
    problems: await deps.problems.open(),
  }));
  serve(app, routes.getSystem, () => deps.system());
  serve(app, routes.makeBackup, () => deps.backUp());
  serve(app, routes.getStartup, (_input, request) => deps.startup(request.headers.cookie));
  serve(app, routes.chooseAtStartup, () => {
    throw new AppError('conflict', 'The start is over; there is nothing to choose.');
  });
}
