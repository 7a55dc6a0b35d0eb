/** The sentences of journeys and stops. */
import type { Completeness, Journey, JourneyTag, Stop } from '../../shared/journeys.ts';
import type { ExportFormat, Mark } from '../../shared/tracks.ts';
import { formatDay, formatLength, formatLocalTime, joinWords, localTimeIn, zoneWord } from '../format.ts';
import { locale, wordsOf } from '../text/text.ts';
import type { Tone } from '../words.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';
import { formatDistance, formatDriven, type DistanceUnits } from './units.ts';

type Ends = Pick<Journey, 'name' | 'from' | 'to'>;
interface Span {
  startedAt: number;
  endedAt: number;
  startZone: string;
  endZone: string;
}

/** What a journey is called: its own name, else `Home to Leeds`, else as much of that as is known. */
export function journeyTitle({ name, from, to }: Ends): string {
  if (name) return name;
  const [begin, end] = [from.name?.name ?? null, to.name?.name ?? null];
  if (begin !== null && end !== null)
    return begin === end ? t('andBack', { place: begin }) : t('fromTo', { from: begin, to: end });
  if (begin !== null) return t('fromPlace', { place: begin });
  return end === null ? t('journey') : t('toPlace', { place: end });
}

/** Minutes and hours of a drive, without seconds: `47 min`, `1 h 52 min`. */
export function formatDrive(ms: number): string {
  return formatLength(Math.max(1, Math.round(ms / 60_000)) * 60_000);
}

/**
 * `07:22 to 08:05`, each end on the clocks where it was. The day of the end when it is another than the reader has in
 * view, and the names of the clocks when they differ.
 */
export function spanWords(span: Span, day: string, locale?: string): string {
  const { startedAt, endedAt, startZone, endZone } = span;
  const [start, end] = [localTimeIn(startedAt, startZone), localTimeIn(endedAt, endZone)];
  const clocks = (at: number, zone: string) => (isOtherClock(span) ? ` ${zoneWord(at, zone, locale)}` : '');
  const from = `${dayBefore(start, day, locale)}${time(start, locale)}${clocks(startedAt, startZone)}`;
  const to = `${dayBefore(end, day, locale)}${time(end, locale)}${clocks(endedAt, endZone)}`;
  return t('spanOf', { from, to });
}

/** Whether clocks at the end are ahead or behind of those at the start: another zone, or summer time began or ended. */
function isOtherClock({ startedAt, endedAt, startZone, endZone }: Span): boolean {
  return aheadMs(startedAt, startZone) !== aheadMs(endedAt, endZone);
}

function aheadMs(at: number, zone: string): number {
  return Date.parse(`${localTimeIn(at, zone)}Z`) - Math.floor(at / 1000) * 1000;
}

function dayBefore(local: string, day: string, locale?: string): string {
  const itsDay = local.slice(0, 10);
  return itsDay === day
    ? ''
    : `${formatDay(itsDay, { today: day, short: true, ...(locale && { locale }) })} `;
}

function time(local: string, locale?: string): string {
  return formatLocalTime(local, locale ? { locale } : {});
}

/** `07:22`, where it began. */
export function startWords({ startedAt, startZone }: Pick<Span, 'startedAt' | 'startZone'>): string {
  return time(localTimeIn(startedAt, startZone));
}

/** A moment within a journey, by the second, on the clocks of its start: `07:31:12`. */
export function momentWords(at: number, { startZone }: Pick<Span, 'startZone'>, locale?: string): string {
  return formatLocalTime(localTimeIn(at, startZone), { seconds: true, ...(locale && { locale }) });
}

export interface TonedWords {
  text: string;
  tone: Tone;
}

/** What is not here of a span's footage: `2 still on the camera`, `1 lost`, `3 deleted`; empty when all of it is here. */
export function missingWords({ waiting, lost, gone }: Completeness): TonedWords[] {
  const words: TonedWords[] = [];
  if (waiting > 0) words.push({ text: t('stillOnCamera', { count: waiting }), tone: 'accent' });
  if (lost > 0) words.push({ text: t('lostOnes', { count: lost }), tone: 'red' });
  if (gone > 0) words.push({ text: t('deletedOnes', { count: gone }), tone: 'quiet' });
  return words;
}

/** `All 12 recordings are here`, `9 of 12 recordings are here, 2 still on the camera and 1 lost`. */
export function completenessWords(completeness: Completeness): string {
  const { captures, archived } = completeness;
  if (captures === 0) return t('noRecordings');
  if (captures === archived) return t('allHere', { count: captures });
  const recordings = t('recordings', { count: captures });
  const here =
    archived === 0 ? t('noneHere', { recordings }) : t('someHere', { count: archived, recordings });
  const missing = missingWords(completeness).map((each) => each.text);
  return missing.length > 0 ? t('hereBut', { here, missing: joinWords(missing) }) : here;
}

type Driven = Pick<Journey, 'startedAt' | 'endedAt' | 'distanceM'>;

/** `3 journeys, 1 h 52 min, 61 km` of a day. */
export function dayDriven(journeys: readonly Driven[], units: DistanceUnits): string {
  const drivenMs = journeys.reduce((sum, each) => sum + each.endedAt - each.startedAt, 0);
  const metres = journeys.reduce((sum, each) => sum + each.distanceM, 0);
  const count = t('journeys', { count: journeys.length });
  return [count, formatDrive(drivenMs), formatDistance(metres, units)].join(', ');
}

/** `Parked at Home`; a short stop on the way is none. */
export function stopTitle(
  stop: Pick<Stop, 'at' | 'startedAt' | 'endedAt' | 'isInferred'>,
  hasParking: boolean,
): string {
  const isParked = hasParking || stop.isInferred || stop.endedAt - stop.startedAt >= longStopMs;
  const place = stop.at.name?.name ?? null;
  if (place === null) return t(isParked ? 'parked' : 'stopped');
  return t(isParked ? 'parkedAt' : 'stoppedAt', { place });
}

const longStopMs = 20 * 60_000;

/** `16:43 to Fri 4 Sept 07:10`, or `since 16:43` while nothing came after it. */
export function stopSpan(stop: Stop, day: string, locale?: string): string {
  if (!stop.isOpen) return spanWords(stop, day, locale);
  const start = localTimeIn(stop.startedAt, stop.startZone);
  return t('since', { from: `${dayBefore(start, day, locale)}${time(start, locale)}` });
}

/** Why a stop lies where it does, when no position of its own says so. */
export function inferredWords({ isInferred }: Pick<Stop, 'isInferred'>): string | null {
  return isInferred ? t('inferred') : null;
}

/** `Hard braking, 4.1 m/s²`, `Stood still for 6 min`, `Top speed, 112 km/h`. */
export function markWords({ kind, value }: Pick<Mark, 'kind' | 'value'>, units: DistanceUnits): string {
  if (kind === 'stop') return t('stoodFor', { time: formatDrive(value * 1000) });
  if (kind === 'top_speed') return t('topSpeedOf', { speed: formatDriven(value, units) });
  return t(kind, { force: Math.abs(value).toLocaleString(locale, { maximumFractionDigits: 1 }) });
}

export const tagWords = wordsOf<typeof en, JourneyTag>(t, { business: 'business', private: 'private' });

export const exportWords = wordsOf<typeof en, ExportFormat>(t, {
  gpx: 'exportGpx',
  kml: 'exportKml',
  geojson: 'exportGeojson',
  csv: 'exportCsv',
});
