/** What of the archive is looked at: the same words in the page's address, in requests and in the judgement. */
import { z } from 'zod';
import {
  channels,
  clipKinds,
  type Capture,
  type Channel,
  type Clip,
  type ClipKind,
  type ClipState,
} from './clips.ts';
import type { DayItem } from './journeys.ts';
import { tagSchema } from './notes.ts';

/** Some words of a set, with commas between them. */
const someOf = (words: readonly string[]) => {
  const word = `(?:${words.join('|')})`;
  return z.string().regex(new RegExp(`^${word}(?:,${word}){0,${words.length - 1}}$`));
};
const id = z.coerce.number().int().positive();

/** As it stands in a request; what is left out lets everything pass. */
export const archiveFilterFields = {
  cameraId: id.optional(),
  /** `normal,event` */
  kinds: someOf(clipKinds).optional(),
  /** `front,rear` */
  channels: someOf(channels).optional(),
  /** Kept by a person. */
  kept: z.literal('yes').optional(),
  /** Still wanted from a camera, lost, or gone from the archive folder by itself. */
  missing: z.literal('yes').optional(),
  /** Whether it is known where the car was. */
  position: z.enum(['known', 'unknown']).optional(),
  /** A place of the user's at which the car stood, or at which a journey began or ended. */
  placeId: id.optional(),
  /** A word that people gave to clips. */
  tag: tagSchema.optional(),
} as const;
const fieldsSchema = z.object(archiveFilterFields);
export type ArchiveFilterFields = z.infer<typeof fieldsSchema>;

export interface ArchiveFilter {
  cameraId: number | null;
  /** Empty: all. */
  kinds: readonly ClipKind[];
  channels: readonly Channel[];
  isKept: boolean;
  isMissing: boolean;
  position: 'known' | 'unknown' | null;
  placeId: number | null;
  tag: string | null;
}

const listed = <W extends string>(words: readonly W[], text: string | undefined): W[] => {
  const named = text?.split(',') ?? [];
  return words.filter((word) => named.includes(word));
};

/** The filter that the fields of a request mean. */
export function filterOf(fields: { readonly [K in keyof ArchiveFilterFields]?: unknown }): ArchiveFilter {
  return filterFrom(fieldsSchema.parse(fields));
}

/** The same of fields that are known to be right. */
export function filterFrom(fields: ArchiveFilterFields): ArchiveFilter {
  const { cameraId, kinds, channels: lenses, kept, missing, ...others } = fields;
  const { position, placeId, tag } = others;
  return {
    cameraId: cameraId ?? null,
    kinds: listed(clipKinds, kinds),
    channels: listed(channels, lenses),
    isKept: kept === 'yes',
    isMissing: missing === 'yes',
    position: position ?? null,
    placeId: placeId ?? null,
    tag: tag ?? null,
  };
}

/** Whether it chooses among the recordings of a day, and not just among cameras. */
export function isNarrow(filter: ArchiveFilter): boolean {
  return isOfCaptures(filter) || isOfClips(filter);
}

/** Whether some recordings of a day may be left out at all. */
export const isFiltering = (filter: ArchiveFilter): boolean => filter.cameraId !== null || isNarrow(filter);

const isOfCaptures = ({ kinds, position, placeId }: ArchiveFilter): boolean =>
  kinds.length > 0 || position !== null || placeId !== null;

const isOfClips = ({ channels: lenses, isKept, isMissing, tag }: ArchiveFilter): boolean =>
  lenses.length > 0 || isKept || isMissing || tag !== null;

/** States of clips that should be here and are not: still wanted, lost, or the file is gone. */
export const missingStates = ['waiting', 'held', 'transferring', 'failed', 'lost', 'missing'] as const;
const missing: ReadonlySet<ClipState> = new Set(missingStates);

/** Whether a clip of a capture that passes is to be seen. */
export function keepsClip(
  { channels: lenses, isKept, isMissing, tag }: ArchiveFilter,
  clip: Pick<Clip, 'channel' | 'kept' | 'state' | 'tags'>,
): boolean {
  if (lenses.length > 0 && !lenses.includes(clip.channel)) return false;
  if (tag !== null && !hasTag(clip.tags ?? [], tag)) return false;
  return (!isKept || clip.kept) && (!isMissing || missing.has(clip.state));
}

/** However it is written. */
export const hasTag = (tags: readonly string[], tag: string): boolean =>
  tags.some((own) => own.toLowerCase() === tag.toLowerCase());

/** Whether a capture may be seen, wherever the car was. */
export function keepsCapture(
  { cameraId, kinds }: ArchiveFilter,
  capture: Pick<Capture, 'cameraId' | 'kind'>,
): boolean {
  if (cameraId !== null && capture.cameraId !== cameraId) return false;
  return kinds.length === 0 || kinds.includes(capture.kind);
}

/** The captures that pass, each with the clips that do; one of which no clip does is left out. */
export function narrowCaptures(captures: readonly Capture[], filter: ArchiveFilter): Capture[] {
  if (!isFiltering(filter)) return [...captures];
  return captures.flatMap((capture) => {
    if (!keepsCapture(filter, capture)) return [];
    const clips = isOfClips(filter) ? capture.clips.filter((clip) => keepsClip(filter, clip)) : capture.clips;
    return clips.length === 0 ? [] : [{ ...capture, clips }];
  });
}

/** Journeys, stops and stretches without a place of which something passes. */
export function narrowItems(items: readonly DayItem[], filter: ArchiveFilter): DayItem[] {
  if (!isFiltering(filter)) return [...items];
  return items.flatMap((item) => {
    if (!keepsItem(filter, item)) return [];
    const captures = narrowCaptures(item.captures, filter);
    return captures.length === 0 ? [] : [{ ...item, captures }];
  });
}

function keepsItem({ position, placeId }: ArchiveFilter, item: DayItem): boolean {
  if (position !== null && (item.kind === 'unplaced') === (position === 'known')) return false;
  return placeId === null || placesOf(item).includes(placeId);
}

function placesOf(item: DayItem): (number | null)[] {
  if (item.kind === 'unplaced') return [];
  if (item.kind === 'stop') return [item.stop.at.name?.placeId ?? null];
  return [item.journey.from.name?.placeId ?? null, item.journey.to.name?.placeId ?? null];
}
