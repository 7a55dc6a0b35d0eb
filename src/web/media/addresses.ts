import type { Clip } from '../../shared/clips.ts';
import type { ClipMedia } from '../../shared/media.ts';
import { routes } from '../../shared/routes.ts';
import { urlOf } from '../api.ts';
import type { SourceKind } from './source-plan.ts';

type PictureSize = 'tile' | 'large';

/** A clip as far as its pictures need it. */
export interface Pictured {
  id: number;
  media?: Pick<ClipMedia, 'version' | 'hasPicture' | 'thumbnail' | 'filmstrip' | 'strip'> | undefined;
}

/**
 * Address of a clip's picture; null while there is none. The camera's own picture is there until ours is ready: only
 * ours is asked for by its version, with which a browser keeps it for ever.
 */
export function pictureUrl({ id, media }: Pictured, size: PictureSize): string | null {
  if (!media?.hasPicture) return null;
  const query = { size, ...(media.thumbnail === 'ready' && { v: media.version }) };
  return urlOf(routes.getClipPicture, { params: { id }, query });
}

/** Address of the tiles of a clip; null while there are none. */
export function filmstripUrl({ id, media }: Pictured): string | null {
  if (media?.filmstrip !== 'ready' || !media.strip) return null;
  return urlOf(routes.getClipFilmstrip, { params: { id }, query: { v: media.version } });
}

const routeOf = {
  original: routes.getClipVideo,
  repair: routes.getClipRepair,
  proxy: routes.getClipProxy,
} as const;

/** Address of a clip's bytes in one of the forms it can be played in. */
export function sourceUrl({ id, media }: Pick<Clip, 'id' | 'media'>, kind: SourceKind): string {
  return urlOf(routeOf[kind], { params: { id }, query: { v: media?.version } });
}
