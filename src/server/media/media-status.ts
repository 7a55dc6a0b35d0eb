import type { ArtifactKind, MediaStatus } from '../../shared/media.ts';
import type { Database } from '../db/open.ts';
import { countFailures, failures } from './artifact-rows.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { countMediaDue } from './media-due.ts';
import type { MediaService } from './media-service.ts';
import type { MediaWork } from './media-types.ts';

export interface MediaStatusDeps {
  db: Database;
  service: Pick<MediaService, 'view'>;
  artifacts: Pick<ArtifactStore, 'figures' | 'budget'>;
  work: readonly MediaWork[];
  /** What is known of encoders. */
  encoders: () => Pick<MediaStatus, 'encoders' | 'encoder'>;
}

const failuresShown = 50;
/** Counting goes through all that is due: many pages that look at once share it. */
const countedForMs = 3000;

/** What makes pictures, small copies and repairs, and what it is at. Touches no volume. */
export class MediaStatusView {
  private readonly deps: MediaStatusDeps;
  private counted: { at: number; counts: ReturnType<MediaStatusView['count']> } | null = null;

  constructor(deps: MediaStatusDeps) {
    this.deps = deps;
  }

  async read(): Promise<MediaStatus> {
    const { db, service, artifacts, encoders } = this.deps;
    const { state, message, current } = service.view;
    const { waiting, failed } = await this.counts();
    const figures = artifacts.figures;
    return {
      state,
      message,
      current: current && { clipId: current.clipId, name: current.name, kind: kindOf(current.kind) },
      waiting,
      failed,
      failures: await failures(db, failuresShown),
      cache: {
        bytes: figures.thumbnail.bytes + figures.filmstrip.bytes + figures.proxy.bytes,
        budgetBytes: await artifacts.budget(),
        thumbnails: figures.thumbnail.files,
        filmstrips: figures.filmstrip.files,
        proxies: figures.proxy.files,
      },
      ...encoders(),
    };
  }

  private counts(): ReturnType<MediaStatusView['count']> {
    const at = performance.now();
    if (!this.counted || at - this.counted.at > countedForMs) this.counted = { at, counts: this.count() };
    return this.counted.counts;
  }

  private async count(): Promise<Pick<MediaStatus, 'waiting' | 'failed'>> {
    const { db, work } = this.deps;
    const proxies = work.find(({ kind }) => kind === 'proxy')?.waiting?.() ?? 0;
    const [due, failed] = await Promise.all([countMediaDue(db), countFailures(db)]);
    return { waiting: { ...due, proxies: await proxies }, failed };
  }
}

/** Facts are read before the first picture. */
const kindOf = (kind: ArtifactKind | 'facts'): ArtifactKind => (kind === 'facts' ? 'thumbnail' : kind);
