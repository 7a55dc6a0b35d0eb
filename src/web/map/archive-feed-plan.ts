/** What of the archive is brought to the map library next: a part at a time, so that no step keeps the page. */
import type { Feature, Position as GeoPosition } from 'geojson';
import type { ArchiveFilter, ArchiveJourney, ArchiveMonth } from './archive-months.ts';
import { passesFilter } from './archive-months.ts';
import { drawnLatitude } from './sketch-plan.ts';

/** Months that the map has, by name, with the journeys of each. */
export type Fed = ReadonlyMap<string, { version: string; ids: readonly number[] }>;

export interface Feed {
  remove: number[];
  add: Feature[];
  /** What the map has afterwards. */
  fed: Fed;
}

/** The next step from what the map has to what it should have: at most so many journeys, or one month; null when it has all. */
export function nextFeed(fed: Fed, months: readonly ArchiveMonth[], most: number): Feed | null {
  const after = new Map(fed);
  const wanted = new Set(months.map(({ month }) => month));
  const feed: Feed = { remove: [], add: [], fed: after };
  for (const [month, { ids }] of fed) {
    if (wanted.has(month)) continue;
    feed.remove.push(...ids);
    after.delete(month);
  }
  for (const { month, version, journeys } of months) {
    const there = fed.get(month);
    if (there?.version === version) continue;
    if (feed.add.length > 0 && feed.add.length + journeys.length > most) break;
    feed.remove.push(...(there?.ids ?? []));
    feed.add.push(...journeys.flatMap(featureOf));
    after.set(month, { version, ids: journeys.map(({ id }) => id) });
  }
  // A journey that has moved to another month came with that.
  const added = new Set(feed.add.map(({ id }) => id));
  const kept = new Set([...after.values()].flatMap(({ ids }) => ids.filter((id) => !added.has(id))));
  feed.remove = feed.remove.filter((id) => !kept.has(id));
  const isSame = after.size === fed.size && [...after].every(([month, one]) => fed.get(month) === one);
  return isSame ? null : feed;
}

function featureOf({ id, cameraId, startedAt, endedAt, isTriage, line }: ArchiveJourney): Feature[] {
  if (line.length < 2) return [];
  const coordinates = line.map(([x, y]): GeoPosition => [x, drawnLatitude(y)]);
  return [
    {
      type: 'Feature',
      id,
      properties: { kind: 'journey', id, cameraId, startedAt, endedAt, isTriage },
      geometry: { type: 'LineString', coordinates },
    },
  ];
}

/** The stops that pass a filter, as points. */
export function stopFeatures(months: readonly ArchiveMonth[], filter: ArchiveFilter): Feature[] {
  return months.flatMap(({ stops }) =>
    stops
      .filter((stop) => passesFilter(stop, filter))
      .map(({ id, at: [x, y] }): Feature => ({
        type: 'Feature',
        properties: { id },
        geometry: { type: 'Point', coordinates: [x, drawnLatitude(y)] },
      })),
  );
}
