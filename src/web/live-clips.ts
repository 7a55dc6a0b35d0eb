import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Capture, Clip } from '../shared/clips.ts';
import type { DayJourneys } from '../shared/journeys.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';

type OfDay = { captures: readonly Capture[] };
type OfItems = Pick<DayJourneys, 'items'>;

/** These captures with other clips in the place of theirs; the same array where none of them is among them. */
export function withClips<C extends readonly Capture[]>(captures: C, clips: ReadonlyMap<number, Clip>): C {
  if (!captures.some((capture) => hasOne(capture, clips))) return captures;
  const changed = captures.map((capture) =>
    hasOne(capture, clips)
      ? { ...capture, clips: capture.clips.map((clip) => clips.get(clip.id) ?? clip) }
      : capture,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same captures, in the same order
  return changed as readonly Capture[] as C;
}

const hasOne = (capture: Capture, ids: { has: (id: number) => boolean }): boolean =>
  capture.clips.some(({ id }) => ids.has(id));

/** A day, with its journeys or without, with these clips in the place of what it had of them. */
export function dayWithClips<D extends OfDay | OfItems>(day: D, clips: ReadonlyMap<number, Clip>): D {
  if ('captures' in day) {
    const captures = withClips(day.captures, clips);
    return captures === day.captures ? day : { ...day, captures };
  }
  const items = day.items.map((item) => {
    const captures = withClips(item.captures, clips);
    return captures === item.captures ? item : { ...item, captures };
  });
  return items.every((item, at) => item === day.items[at]) ? day : { ...day, items };
}

const capturesOf = (day: OfDay | OfItems): readonly Capture[] =>
  'captures' in day ? day.captures : day.items.flatMap((item) => item.captures);

export interface ClipNewsDeps {
  client: QueryClient;
  fetchClip: (id: number) => Promise<Clip>;
  /** Of whole days, where so many of their clips have changed that they cost less. */
  refetch: (keys: readonly QueryKey[]) => void;
}

/** News is gathered so long, and waited for when a day is just being read. */
const gapMs = 500;
/** More clips than these at once, and their day is read anew. */
const mostClips = 24;
const clipsAtOnce = 4;
const dayRoutes = [routes.getDay, routes.getDayJourneys] as const;

/** Reads clips anew of which something was made, and puts them into the days that show them: no day is read for it. */
export class ClipNews {
  readonly #deps: ClipNewsDeps;
  readonly #waiting = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: ClipNewsDeps) {
    this.#deps = deps;
  }

  add(clipIds: readonly number[]): void {
    for (const id of clipIds) this.#waiting.add(id);
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #schedule(): void {
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => void this.#flush(), gapMs);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    const { client } = this.#deps;
    // An answer that is on its way may be older than the news, and would take the place of it.
    const isReading = dayRoutes.some((route) => client.isFetching({ queryKey: keyOf(route) }) > 0);
    if (isReading) return this.#schedule();
    const ids = new Set(this.#waiting);
    this.#waiting.clear();
    const shown = this.#daysThatShow(ids);
    const clipIds = [...new Set(shown.flatMap((day) => day.clipIds))];
    if (clipIds.length > mostClips) return this.#deps.refetch(shown.map(({ key }) => key));
    for (let at = 0; at < clipIds.length; at += clipsAtOnce)
      await this.#apply(clipIds.slice(at, at + clipsAtOnce));
  }

  #daysThatShow(ids: ReadonlySet<number>): { key: QueryKey; clipIds: number[] }[] {
    const { client } = this.#deps;
    return dayRoutes.flatMap((route) =>
      client
        .getQueryCache()
        .findAll({ queryKey: keyOf(route), type: 'active' })
        .flatMap(({ queryKey: key }) => {
          const day = client.getQueryData<OfDay | OfItems>(key);
          const clips = day ? capturesOf(day).flatMap((capture) => capture.clips) : [];
          const clipIds = clips.flatMap(({ id }) => (ids.has(id) ? id : []));
          return clipIds.length > 0 ? { key, clipIds } : [];
        }),
    );
  }

  async #apply(ids: readonly number[]): Promise<void> {
    const { client, fetchClip } = this.#deps;
    // One that is gone by now, or cannot be read, is told of by other news.
    const read = await Promise.all(ids.map((id) => fetchClip(id).catch(() => null)));
    const clips = new Map(read.flatMap((clip) => (clip ? [[clip.id, clip] as const] : [])));
    for (const route of dayRoutes)
      client.setQueriesData<OfDay | OfItems>(
        { queryKey: keyOf(route) },
        (day) => day && dayWithClips(day, clips),
      );
  }
}
