import {
  filmstripSchema,
  type ArtifactState,
  type ClipHealth,
  type ClipMedia,
  type Filmstrip,
} from '../../shared/media.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { clipVersion } from '../lib/clip-version.ts';
import { artifactKey } from './artifact-key.ts';
import { identityColumns } from './media-types.ts';
import { pictureVersions } from './picture-plan.ts';

const clipColumns = [
  ...identityColumns,
  'state',
  'container',
  'sha256',
  'mtime_ms',
  'media_due',
  'media_error',
  'codecs',
  'audio_codec',
  'fps',
  'picture_offset',
  'proxy_wanted_at',
  'complete',
  'check_error',
  'repair',
  'repair_note',
] as const satisfies readonly (keyof ClipRow)[];
/** What is read of a clip's row to say what can be shown of it. */
export type ClipForMedia = Pick<ClipRow, (typeof clipColumns)[number]>;
export const clipForMediaColumns = clipColumns;

const clipsAtOnce = 1000;

/** What can be shown and played of those of these clips that are archived, by id. One query by index for a thousand. */
export async function mediaOfClips(db: Db, clips: readonly ClipForMedia[]): Promise<Map<number, ClipMedia>> {
  const archived = clips.filter(({ state }) => state === 'archived');
  const media = new Map<number, ClipMedia>();
  for (let from = 0; from < archived.length; from += clipsAtOnce) {
    const some = archived.slice(from, from + clipsAtOnce);
    const made = await artifactsOf(db, some);
    for (const clip of some) media.set(clip.id, clipMedia(clip, made.get(clip.id) ?? []));
  }
  return media;
}

async function artifactsOf(db: Db, clips: readonly ClipForMedia[]): Promise<Map<number, ArtifactRow[]>> {
  const ids = clips.map(({ id }) => id);
  const rows = await db.selectFrom('artifact').selectAll().where(among('clip_id', ids)).execute();
  const byClip = new Map<number, ArtifactRow[]>();
  for (const row of rows) {
    const some = byClip.get(row.clip_id);
    if (some) some.push(row);
    else byClip.set(row.clip_id, [row]);
  }
  return byClip;
}

/** What can be shown and played of one archived clip, of which this was made. */
export function clipMedia(clip: ClipForMedia, made: readonly ArtifactRow[]): ClipMedia {
  const key = made.length === 0 ? null : artifactKey(clip);
  const of = (kind: ArtifactRow['kind']) =>
    made.find((row) => row.kind === kind && row.key === key && row.state !== 'orphan');
  const [thumbnail, filmstrip, proxy] = [of('thumbnail'), of('filmstrip'), of('proxy')];
  const [isDue, isStill] = [clip.media_due > 0, clip.container === 'jpg'];
  return {
    version: versionOf(clip),
    codecs: clip.codecs,
    audioCodec: clip.audio_codec,
    fps: clip.fps,
    hasPicture: thumbnail?.state === 'ready' || clip.picture_offset !== null || isStill,
    thumbnail: stateOf(thumbnail, isDue),
    filmstrip: isStill ? 'none' : stateOf(filmstrip, isDue),
    strip: filmstrip?.state === 'ready' ? stripOf(filmstrip) : null,
    proxy: stateOf(proxy, clip.proxy_wanted_at !== null),
    proxyBytes: proxy?.state === 'ready' ? proxy.bytes : null,
    health: healthOf(clip),
    repairWaits: clip.repair === 'due',
    healthNote: clip.check_error ?? clip.repair_note ?? clip.media_error,
  };
}

/** Of the file's bytes and of how pictures are made of them: short, and fit for an address. */
export function versionOf(clip: ClipForMedia): string {
  return `${clipVersion(clip) ?? '0-0'}.${pictureVersions.thumbnail}${pictureVersions.filmstrip}`;
}

function stateOf(row: ArtifactRow | undefined, isDue: boolean): ArtifactState {
  if (row?.state === 'ready' || row?.state === 'failed') return row.state;
  return isDue ? 'waiting' : 'none';
}

function stripOf({ detail }: ArtifactRow): Filmstrip | null {
  const parsed = filmstripSchema.safeParse(detail === null ? null : JSON.parse(detail));
  return parsed.success ? parsed.data : null;
}

/** A file whose bytes are not what they were is damaged, whatever its tables say. */
function healthOf({ check_error, repair, complete }: ClipForMedia): ClipHealth {
  if (repair === 'repaired') return 'repaired';
  if (check_error !== null || complete === 0) return 'damaged';
  return complete === 1 ? 'whole' : 'unknown';
}
