import type { Events } from '../../shared/events.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { ClipIdentity } from './media-types.ts';

/** Pages hear of what was made at most this often while much is made. */
const tellEveryMs = 2000;
const maxClips = 500;

/** Gathers what was made of clips, and tells of it now and then. */
export class MadeNews {
  private readonly events: EventBus<Events>;
  private readonly clipIds = new Set<number>();
  private readonly localDays = new Set<string>();
  private hasChanged = false;
  private toldAt = -Infinity;

  constructor(events: EventBus<Events>) {
    this.events = events;
  }

  /** Something of this clip is there that was not, or is not any more. */
  made(clip: Pick<ClipIdentity, 'id' | 'local_day'>): void {
    this.clipIds.add(clip.id);
    this.localDays.add(clip.local_day);
    if (this.clipIds.size >= maxClips) this.tell();
    else this.tellNowAndThen();
  }

  /** What makes them is at something else. */
  changed(): void {
    this.hasChanged = true;
    this.tellNowAndThen();
  }

  private tellNowAndThen(): void {
    if (performance.now() - this.toldAt >= tellEveryMs) this.tell();
  }

  /** Of what was gathered, at once. */
  tell(): void {
    this.toldAt = performance.now();
    if (this.clipIds.size > 0) {
      const news = { clipIds: [...this.clipIds], localDays: [...this.localDays] };
      this.clipIds.clear();
      this.localDays.clear();
      this.events.emit('media.made', news);
    }
    if (!this.hasChanged) return;
    this.hasChanged = false;
    this.events.emit('media.changed', {});
  }
}
