import type { ExportFormat } from '../../shared/tracks.ts';
import type { Db } from '../db/open.ts';
import { AppError } from '../lib/errors.ts';
import { csvExport } from './csv-export.ts';
import { geojsonExport } from './geojson-export.ts';
import { gpxExport } from './gpx-export.ts';
import { kmlExport } from './kml-export.ts';
import { partsOf, type ExportFix, type ExportPart } from './track-export-parts.ts';
import { zonedText } from './track-export-time.ts';
import {
  fixesOf,
  givenName,
  journeysById,
  tracksOfClips,
  tracksOfDay,
  tracksWithin,
  type SourceJourney,
} from './track-export-source.ts';

/** A file of tracks; its text comes in pieces. */
export interface TrackFile {
  fileName: string;
  mediaType: string;
  text: AsyncGenerator<string>;
}

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  gpx: 'application/gpx+xml; charset=utf-8',
  kml: 'application/vnd.google-earth.kml+xml; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** The tracks of a day. Throws `not_found` when it has none. */
export async function exportDay(db: Db, day: string, format: ExportFormat): Promise<TrackFile> {
  const list = await tracksOfDay(db, day);
  if (list.length === 0) throw new AppError('not_found', `There are no positions of ${day}.`);
  return fileOf({ title: day, name: day, format }, fixesOf(db, list));
}

/** The track of a journey. Throws `not_found` when there is none. */
export async function exportJourney(db: Db, id: number, format: ExportFormat): Promise<TrackFile> {
  const [journey] = await journeysById(db, [id]);
  if (!journey) throw new AppError('not_found', `There is no journey ${id}.`);
  const begins = zonedText(journey.started_at, journey.start_zone).slice(0, 16);
  const title = givenName(journey) ?? begins.replace('T', ' ');
  const name = begins.replace('T', '-').replace(':', '');
  return fileOf({ title, name, format }, fixesOfJourneys(db, [journey]));
}

export interface TrackChoice {
  clipIds: readonly number[];
  journeyIds: readonly number[];
}

/** The tracks of clips and journeys. Throws `invalid` for none named, `not_found` when nothing is known of them. */
export async function exportChoice(db: Db, choice: TrackChoice, format: ExportFormat): Promise<TrackFile> {
  if (choice.clipIds.length + choice.journeyIds.length === 0)
    throw new AppError('invalid', 'Name the clips or the journeys whose tracks you want.');
  const journeys = await journeysById(db, choice.journeyIds);
  const list = await tracksOfClips(db, choice.clipIds);
  const days = [...journeys, ...list].map(({ local_day }) => local_day).toSorted();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined) throw new AppError('not_found', 'There are no positions of these.');
  const name = first === last ? first : `${first}-to-${last}`;
  const fixes = async function* (): AsyncGenerator<ExportFix> {
    yield* fixesOfJourneys(db, journeys);
    yield* fixesOf(db, list);
  };
  return fileOf({ title: name.replace('-to-', ' to '), name, format }, fixes());
}

async function* fixesOfJourneys(db: Db, journeys: readonly SourceJourney[]): AsyncGenerator<ExportFix> {
  for (const journey of journeys) yield* fixesOf(db, await tracksWithin(db, journey), { within: journey });
}

function fileOf(
  { title, name, format }: { title: string; name: string; format: ExportFormat },
  fixes: AsyncGenerator<ExportFix>,
): TrackFile {
  return {
    fileName: `viofosync-${name}.${format}`,
    mediaType: mediaTypes[format],
    text: textOf(title, format, partsOf(fixes)),
  };
}

function textOf(title: string, format: ExportFormat, parts: AsyncIterable<ExportPart>) {
  switch (format) {
    case 'gpx':
      return gpxExport(title, parts);
    case 'kml':
      return kmlExport(title, parts);
    case 'geojson':
      return geojsonExport(title, parts);
    case 'csv':
      return csvExport(parts);
  }
}
