import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import { AppError } from '../lib/errors.ts';
import type { CameraDeletions } from './camera-deletions.ts';
import type { QueueActions } from './queue-actions.ts';
import type { QueuePages } from './queue-pages.ts';
import type { SyncService } from './sync-service.ts';

export interface SyncRouteDeps {
  service: SyncService;
  actions: QueueActions;
  pages: QueuePages;
  deletions: CameraDeletions;
  /** An address as it is stored. */
  readAddress(text: string): string;
}

export function syncRoutes(app: FastifyInstance, deps: SyncRouteDeps): void {
  const { service, deletions } = deps;
  queueRoutes(app, deps);
  serve(app, routes.deleteOnCamera, async ({ body }) => {
    const order = await deletions.order(body.clipIds, body.includeLocked);
    service.nudge();
    return order;
  });
  serve(app, routes.pauseSync, async () => {
    await service.setPaused(true);
    return service.summary();
  });
  serve(app, routes.resumeSync, async () => {
    await service.setPaused(false);
    return service.summary();
  });
  serve(app, routes.syncNow, ({ body }) => {
    const address = body.address === undefined ? undefined : deps.readAddress(body.address);
    const isNamed = body.cameraId !== undefined || address !== undefined;
    if (service.wake({ cameraId: body.cameraId, address }) === 0 && isNamed)
      throw new AppError('not_found', `There is no camera ${address ?? body.cameraId}.`);
    return service.summary();
  });
}

function queueRoutes(app: FastifyInstance, { actions, pages }: SyncRouteDeps): void {
  serve(app, routes.getQueue, ({ query }) => pages.page(query));
  serve(app, routes.fetchFirst, ({ body }) => actions.first(body));
  serve(app, routes.fetchLast, ({ body }) => actions.last(body));
  serve(app, routes.skipClips, ({ body }) => actions.skip(body));
  serve(app, routes.unskipClips, ({ body }) => actions.unskip(body));
  serve(app, routes.retryFailed, ({ body }) => actions.retry(body.clipIds));
  serve(app, routes.cancelTransfer, ({ body }) => actions.cancel(body.clipId));
  serve(app, routes.undoQueueChange, ({ body }) => actions.undo(body.undo));
}
