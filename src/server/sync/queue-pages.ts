import type { Clip } from '../../shared/clips.ts';
import type { OrderReason, QueueItem } from '../../shared/queue.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { orderQueue } from './plan.ts';
import { orderableOf, type QueueOrder } from './queue-order.ts';
import { skippedIds } from './queue-selection.ts';

export interface QueuePagesDeps {
  db: Database;
  clips: ClipRepository;
  /** Of every camera, also of one that is switched off: its clips are wanted all the same. */
  orders(): readonly QueueOrder[];
  settings(): Pick<Settings, 'downloadOrder' | 'frontFirst'>;
  clock: Clock;
  clipView: (row: ClipRow) => Clip;
}

export interface QueueQuery {
  /** `waiting`: with what is under way. Left out: waiting, then held, then failed. */
  state?: 'waiting' | 'held' | 'failed' | 'skipped' | undefined;
  cameraId?: number | undefined;
  limit: number;
  offset: number;
}

interface Place {
  id: number;
  reason: OrderReason;
  /** In the queue of its own camera; 1 is next. */
  position: number | null;
}

interface Page {
  places: Place[];
  total: number;
}

const sectionNames = ['waiting', 'held', 'failed'] as const;

/** The queue page by page, camera after camera. Cost: the page, and one pass over the queue when it has changed. */
export class QueuePages {
  private readonly deps: QueuePagesDeps;

  constructor(deps: QueuePagesDeps) {
    this.deps = deps;
  }

  /** A clip that has left the queue while the page was made is left out of it. */
  async page(query: QueueQuery): Promise<{ items: QueueItem[]; total: number }> {
    if (query.state === 'skipped') return this.skipped(query);
    const { places, total } = await this.wanted(query);
    const rows = await this.rows(places);
    const items = places.flatMap(({ id, reason, position }): QueueItem[] => {
      const row = rows.get(id);
      return row ? [{ ...this.deps.clipView(row), position, reason }] : [];
    });
    return { items, total };
  }

  private orders(cameraId: number | undefined): readonly QueueOrder[] {
    const orders = this.deps.orders();
    return cameraId === undefined ? orders : orders.filter((order) => order.cameraId === cameraId);
  }

  private async wanted({ state, cameraId, limit, offset }: QueueQuery): Promise<Page> {
    const queues = await Promise.all(this.orders(cameraId).map((order) => order.sections()));
    const page: Page = { places: [], total: 0 };
    for (const name of sectionNames) {
      if (state !== undefined && state !== name) continue;
      for (const { [name]: section } of queues) {
        const from = Math.max(offset - page.total, 0);
        const left = limit - page.places.length;
        page.total += section.length;
        for (const [index, { id, reason }] of section.slice(from, from + left).entries())
          page.places.push({ id, reason, position: name === 'waiting' ? from + index + 1 : null });
      }
    }
    return page;
  }

  private async skipped({
    cameraId,
    limit,
    offset,
  }: QueueQuery): Promise<{ items: QueueItem[]; total: number }> {
    const { db, clipView } = this.deps;
    const cameraIds = this.orders(cameraId).map((order) => order.cameraId);
    const { ids, total } = await skippedIds(db, { cameraIds, limit, offset });
    const rows = await this.rows(ids.map((id) => ({ id })));
    const reasons = this.reasonsOf([...rows.values()]);
    const items = ids.flatMap((id): QueueItem[] => {
      const row = rows.get(id);
      return row ? [{ ...clipView(row), position: null, reason: reasons.get(id) ?? 'earlier' }] : [];
    });
    return { items, total };
  }

  /** What they would count as; of a page alone it cannot be told which drive is the newest. */
  private reasonsOf(rows: readonly ClipRow[]): Map<number, OrderReason> {
    const { downloadOrder, frontFirst } = this.deps.settings();
    const order = orderQueue(
      rows.map((row) => orderableOf(row)),
      {
        classes: downloadOrder.filter((name) => name !== 'newest'),
        frontFirst,
        riskBefore: new Map(),
        now: this.deps.clock.now(),
      },
    );
    return new Map(order.map(({ id, reason }) => [id, reason]));
  }

  private async rows(places: readonly { id: number }[]): Promise<Map<number, ClipRow>> {
    const { db, clips } = this.deps;
    const rows = await clips.byIds(
      db,
      places.map(({ id }) => id),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
