import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routes } from '../../shared/routes.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Database } from '../db/open.ts';
import { serve } from '../http/serve.ts';
import type { Clock } from '../lib/clock.ts';
import { AuditRepository } from './audit-repository.ts';
import { keepClips } from './keep-clips.ts';
import type { RemovalService } from './removal-service.ts';
import type { Remover } from './remover.ts';
import { TrashRepository } from './trash-repository.ts';

export interface RemovalRouteDeps {
  db: Database;
  clips: ClipRepository;
  clock: Clock;
  remover: Remover;
  service: Pick<RemovalService, 'nudge'>;
  /** Who asks; there is one user at most, and none while the page is open. */
  userOf?: (request: FastifyRequest) => string | null;
  /** Somebody kept or let go of clips, or deleted some: what had no room may have it now. */
  onChange?: () => void;
}

/** Deleting and keeping by hand, the trash, and the record of all deletions. */
export function removalRoutes(app: FastifyInstance, deps: RemovalRouteDeps): void {
  const { db, remover, service, userOf = () => null } = deps;
  const trash = new TrashRepository();
  const audit = new AuditRepository();
  serve(app, routes.deleteClips, async ({ body: { clipIds, includeProtected } }, request) => {
    const order = await remover.orderByHand(clipIds, { includeProtected, user: userOf(request) });
    service.nudge();
    deps.onChange?.();
    return order;
  });
  serve(app, routes.keepClips, async ({ body: { clipIds, kept } }) => {
    const changed = await keepClips(deps, clipIds, kept);
    // What lay in the trash comes back.
    if (kept) service.nudge();
    deps.onChange?.();
    return { changed: changed.length, clipIds: changed };
  });
  serve(app, routes.listTrash, async ({ query: { before, limit } }) => {
    const { trashHours } = remover;
    const page = await trash.page(db, { before, limit, trashHours });
    const { clips, bytes } = await remover.trashTotals();
    return { ...page, total: { clips, bytes } };
  });
  serve(app, routes.restoreClips, async ({ body: { clipIds } }) => {
    const order = await remover.restore(clipIds ?? null);
    service.nudge();
    return order;
  });
  serve(app, routes.emptyTrash, async ({ body: { clipIds } }) => {
    const order = await remover.empty(clipIds ?? null);
    service.nudge();
    return order;
  });
  serve(app, routes.listAudit, ({ query: { before, cameraId, by, action, name, limit } }) =>
    audit.page(db, { before, cameraId, by, action, name, limit }),
  );
}
