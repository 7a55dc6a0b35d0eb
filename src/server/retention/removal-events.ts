import type { Events } from '../../shared/events.ts';
import type { EventBus } from '../lib/event-bus.ts';

const maxDaysTold = 100;

/** Tells of changes at most so often; what comes meanwhile is told together. */
export class RemovalEvents {
  private readonly events: EventBus<Events>;
  private readonly everyMs: number;
  private untold = new Map<number, Set<string>>();
  private timer: NodeJS.Timeout | null = null;
  private isMore = false;

  constructor(events: EventBus<Events>, everyMs = 500) {
    this.events = events;
    this.everyMs = everyMs;
  }

  /** Something changed; `localDays` of clips, by camera. */
  changed(localDays: ReadonlyMap<number, ReadonlySet<string>> = new Map()): void {
    for (const [cameraId, days] of localDays) {
      const known = this.untold.get(cameraId) ?? new Set();
      this.untold.set(cameraId, known);
      for (const day of days) known.add(day);
    }
    this.isMore = true;
    if (this.timer === null) this.tell();
  }

  /** Nothing is told any more but what is left, at once. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.isMore) this.emit();
  }

  private tell(): void {
    this.emit();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.isMore) this.tell();
    }, this.everyMs).unref();
  }

  private emit(): void {
    const { untold } = this;
    this.untold = new Map();
    this.isMore = false;
    for (const [cameraId, days] of untold)
      this.events.emit('clips.changed', { cameraId, localDays: [...days].toSorted().slice(-maxDaysTold) });
    this.events.emit('retention.changed', {});
  }
}
