import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Settings } from '../../shared/settings.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import { dueAhead, retryFacts, type AheadVersions } from './media-due.ts';
import { factsVersion } from './media-facts.ts';
import { pictureVersions } from './picture-plan.ts';

export interface MediaAheadDeps {
  db: Database;
  settings: () => Pick<Settings, 'makePictures' | 'makeFilmstrips'>;
}

/**
 * Sees to it that clips are due for what is to be made ahead: when a recipe has changed, or a setting was switched on,
 * all clips that lack it. What is due is then found by an index; this alone goes through all clips, in stretches.
 */
export class MediaAhead {
  private readonly deps: MediaAheadDeps;
  private isDue = true;

  constructor(deps: MediaAheadDeps) {
    this.deps = deps;
  }

  /** At a start, what could not be read is tried once more. */
  async begin(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await retryFacts(this.deps.db)) > 0) await yieldToOthers();
  }

  settingsChanged(): void {
    this.isDue = true;
  }

  /** Nothing, unless something changed since it last looked. */
  async step(signal: AbortSignal): Promise<void> {
    if (!this.isDue) return;
    this.isDue = false;
    try {
      await this.look(signal);
    } catch (error) {
      this.isDue = true;
      throw error;
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { db } = this.deps;
    const wanted = this.wanted();
    const known = readVersions(await readAppState(db, 'media.ahead'));
    // Clips are due when they come in: at the first time nothing has to be gone through.
    if (known && isMore(wanted, known)) await this.goThrough({ known, wanted }, signal);
    if (signal.aborted) return;
    const text = JSON.stringify(wanted);
    if (text !== JSON.stringify(known)) await writeAppState(db, 'media.ahead', text);
  }

  private async goThrough(
    versions: { known: AheadVersions; wanted: AheadVersions },
    signal: AbortSignal,
  ): Promise<void> {
    let after: number | null = 0;
    while (after !== null && !signal.aborted) {
      after = await dueAhead(this.deps.db, after, versions);
      await yieldToOthers();
    }
  }

  private wanted(): AheadVersions {
    const { makePictures, makeFilmstrips } = this.deps.settings();
    return {
      facts: factsVersion,
      thumbnail: makePictures ? pictureVersions.thumbnail : 0,
      filmstrip: makeFilmstrips ? pictureVersions.filmstrip : 0,
    };
  }
}

const kinds = ['facts', 'thumbnail', 'filmstrip'] as const;

const isMore = (wanted: AheadVersions, known: AheadVersions): boolean =>
  kinds.some((kind) => wanted[kind] > 0 && wanted[kind] !== known[kind]);

function readVersions(text: string | null): AheadVersions | null {
  if (text === null) return null;
  const read = JSON.parse(text) as Partial<AheadVersions>;
  return { facts: read.facts ?? 0, thumbnail: read.thumbnail ?? 0, filmstrip: read.filmstrip ?? 0 };
}
