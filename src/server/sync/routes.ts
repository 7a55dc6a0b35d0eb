import type { FastifyInstance } from 'fastify';
import type { Clip } from '../../shared/clips.ts';
import type { QueueItem } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { serve } from '../http/serve.ts';
import type { SyncService } from './sync-service.ts';

export interface SyncRouteDeps {
  db: Database;
  clips: ClipRepository;
  service: SyncService;
  clipView(row: ClipRow): Clip;
}

export function syncRoutes(app: FastifyInstance, deps: SyncRouteDeps): void {
  const { service } = deps;
  serve(app, routes.getQueue, async ({ query }) => {
    const places = (await service.places()).filter(
      (place) => query.state === undefined || query.state === place.state,
    );
    const page = places.slice(query.offset, query.offset + query.limit);
    const rows = await deps.clips.byIds(
      deps.db,
      page.map((place) => place.id),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const items = page.flatMap((place, index): QueueItem[] => {
      const row = byId.get(place.id);
      const hasPlace = place.state === 'waiting' || place.state === 'transferring';
      return row
        ? [
            {
              ...deps.clipView(row),
              position: hasPlace ? query.offset + index + 1 : null,
              reason: place.reason,
            },
          ]
        : [];
    });
    return { items, total: places.length };
  });
  serve(app, routes.fetchFirst, async ({ body }) => ({ changed: await service.fetchFirst(body.clipIds) }));
  serve(app, routes.retryFailed, async ({ body }) => ({ changed: await service.retry(body.clipIds) }));
  serve(app, routes.pauseSync, async () => {
    await service.setPaused(true);
    return service.summary();
  });
  serve(app, routes.resumeSync, async () => {
    await service.setPaused(false);
    return service.summary();
  });
  serve(app, routes.syncNow, async () => {
    service.wake();
    return service.summary();
  });
}
