/** The address of the archive: what is looked at, which days are open, where to begin. */
import {
  filterFrom,
  isNarrow,
  type ArchiveFilter,
  type ArchiveFilterFields,
} from '../../shared/archive-filter.ts';
import { channels, clipKinds } from '../../shared/clips.ts';
import { isLocalDay } from '../../shared/local-day.ts';
import { tagIn } from '../../shared/notes.ts';

export interface ArchiveSearch {
  camera?: number;
  /** `normal,event` */
  kind?: string;
  /** `front,rear` */
  channel?: string;
  kept?: true;
  missing?: true;
  position?: 'known' | 'unknown';
  /** The id of a place of the reader's. */
  place?: number;
  /** A word that people gave to clips. */
  tag?: string;
  /** Days that are open, with commas between them. */
  open?: string;
  /** A day, a month or a year to begin at. */
  at?: string;
}

/** More open days than these are closed, the first one first. */
const mostOpen = 12;

const someOf = (words: readonly string[], text: unknown): string =>
  typeof text === 'string' ? words.filter((word) => text.split(',').includes(word)).join(',') : '';
const idOf = (value: unknown): number | null => {
  const id = Number(value);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
};

/** Reads the address; what makes no sense is left out. */
export function archiveSearch(search: Record<string, unknown>): ArchiveSearch {
  const { position } = search;
  const [kind, channel] = [someOf(clipKinds, search['kind']), someOf(channels, search['channel'])];
  const [camera, place] = [idOf(search['camera']), idOf(search['place'])];
  const tag = tagOf(search['tag']);
  const open = openDays(search['open']).join(',');
  const at = atOf(search['at']);
  return {
    ...(camera !== null && { camera }),
    ...(kind !== '' && { kind }),
    ...(channel !== '' && { channel }),
    ...(isSet(search['kept']) && { kept: true as const }),
    ...(isSet(search['missing']) && { missing: true as const }),
    ...((position === 'known' || position === 'unknown') && { position }),
    ...(place !== null && { place }),
    ...(tag !== null && { tag }),
    ...(open !== '' && { open }),
    ...(at !== null && { at }),
  };
}

/** A word of digits may have been read as a number. */
function tagOf(value: unknown): string | null {
  return tagIn(typeof value === 'number' ? String(value) : value);
}

const isSet = (value: unknown): boolean => value === true || value === 'true';

/** A year may have been read as a number. */
function atOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  return isLocalDay(text) || /^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/.test(text) ? text : null;
}

function openDays(value: unknown): string[] {
  const days = typeof value === 'string' ? value.split(',').filter(isLocalDay) : [];
  return [...new Set(days)].slice(-mostOpen);
}

/** The days that are open. */
export const openOf = ({ open }: ArchiveSearch): string[] => openDays(open);

/** The same with a day opened, or closed. */
export function withDay(search: ArchiveSearch, day: string, isOpen: boolean): ArchiveSearch {
  const { open: _, ...others } = search;
  const days = openOf(search).filter((other) => other !== day);
  const open = openDays([...days, ...(isOpen ? [day] : [])].join(',')).join(',');
  return { ...others, ...(open !== '' && { open }) };
}

/** What requests are told of it; the same words for the same wish. */
export function fieldsOf({
  camera,
  kind,
  channel,
  kept,
  missing,
  position,
  place,
  tag,
}: ArchiveSearch): ArchiveFilterFields {
  return {
    ...(camera !== undefined && { cameraId: camera }),
    ...(kind !== undefined && { kinds: kind }),
    ...(channel !== undefined && { channels: channel }),
    ...(kept && { kept: 'yes' as const }),
    ...(missing && { missing: 'yes' as const }),
    ...(position !== undefined && { position }),
    ...(place !== undefined && { placeId: place }),
    ...(tag !== undefined && { tag }),
  };
}

/** Of which camera the calendar is: it follows no other wish. */
export const calendarFieldsOf = ({ cameraId }: ArchiveFilterFields): ArchiveFilterFields =>
  cameraId === undefined ? {} : { cameraId };

export const filterOfFields = (fields: ArchiveFilterFields): ArchiveFilter => filterFrom(fields);

/** Whether only some recordings of a day are looked at. */
export const isNarrowed = (fields: ArchiveFilterFields): boolean => isNarrow(filterFrom(fields));

/** Whether anything is filtered at all. */
export const isFiltered = (search: ArchiveSearch): boolean => Object.keys(fieldsOf(search)).length > 0;

/** The same without any filter. */
export function unfiltered({ open, at }: ArchiveSearch): ArchiveSearch {
  return { ...(open !== undefined && { open }), ...(at !== undefined && { at }) };
}

/** A list of words with one of them put in, or taken out; undefined when none is left. */
export function toggledWord(words: string | undefined, word: string): string | undefined {
  const list = words?.split(',') ?? [];
  const next = list.includes(word) ? list.filter((other) => other !== word) : [...list, word];
  return next.length === 0 ? undefined : next.join(',');
}
