import { z } from 'zod';
import { archiveCheckSchema, refilePreviewSchema, refileSchema } from './archive-care.ts';
import {
  importItemSchema,
  importItemStates,
  importOptionsPatchSchema,
  importOptionsSchema,
  importSchema,
  importSourceSchema,
  importVerdictSchema,
  maxUploadFiles,
  uploadFileSchema,
} from './imports.ts';
import { clipMediaSchema, mediaStatusSchema, pictureSizes } from './media.ts';
import { route } from './route.ts';
import { layoutSchema } from './settings.ts';
import { scanSchema } from './system.ts';

const id = z.coerce.number().int().positive();
const idParams = z.object({ id });
/** `ClipMedia.version`: with it the answer may be kept for ever. */
const version = z.object({ v: z.string().max(100).optional() });

/** Pictures and playable forms of clips; the care of the archive folder; imports. */
export const mediaRoutes = {
  getClipPicture: route({
    method: 'GET',
    path: '/api/clips/:id/picture',
    summary:
      "A picture of a clip: ours when it is ready, else the camera's own; 404 while there is none (it is then made next)",
    params: idParams,
    query: version.extend({ size: z.enum(pictureSizes).default('tile') }),
    produces: 'image/webp',
  }),
  getClipFilmstrip: route({
    method: 'GET',
    path: '/api/clips/:id/filmstrip',
    summary: 'The tiles of a clip; 404 while there are none (they are then made next)',
    params: idParams,
    query: version,
    produces: 'image/webp',
  }),
  getClipProxy: route({
    method: 'GET',
    path: '/api/clips/:id/proxy',
    summary: 'The small copy of a clip that every browser plays; answers ranges',
    params: idParams,
    query: version,
    produces: 'video/mp4',
  }),
  getClipRepair: route({
    method: 'GET',
    path: '/api/clips/:id/repaired',
    summary: 'The repaired copy of a clip that was cut or broken; answers ranges',
    params: idParams,
    query: version,
    produces: 'video/mp4',
  }),
  getClipFrame: route({
    method: 'GET',
    path: '/api/clips/:id/frame',
    summary:
      'The picture that a clip shows at a place in its file (milliseconds), at full resolution; 503 while many are being made',
    params: idParams,
    query: z.object({ at: z.coerce.number().int().min(0) }),
    produces: 'image/jpeg',
  }),
  getClipMedia: route({
    method: 'GET',
    path: '/api/clips/:id/media',
    summary: 'What can be shown and played of a clip',
    params: idParams,
    response: clipMediaSchema,
  }),
  wantClipMedia: route({
    method: 'POST',
    path: '/api/clips/:id/media',
    summary:
      'Make a picture, filmstrip, proxy or repair of a clip now, before all others; a failed one again',
    params: idParams,
    body: z.object({ kind: z.enum(['thumbnail', 'filmstrip', 'proxy', 'repair']) }).strict(),
    response: clipMediaSchema,
  }),
  getMediaStatus: route({
    method: 'GET',
    path: '/api/media',
    summary: 'What makes pictures, proxies and repairs, and what it is at',
    response: mediaStatusSchema,
  }),
  retryMedia: route({
    method: 'POST',
    path: '/api/media/retry',
    summary: 'Try everything again that failed, and test the encoders anew',
    response: mediaStatusSchema,
  }),
  stopScan: route({
    method: 'POST',
    path: '/api/archive/scan/stop',
    summary: 'Stop the scan; the next one goes on where it was',
    response: scanSchema,
  }),
  previewRefile: route({
    method: 'GET',
    path: '/api/archive/refile/preview',
    summary: 'What would move if the archive had another layout; changes nothing',
    query: z.object({ layout: layoutSchema }),
    response: refilePreviewSchema,
  }),
  getRefile: route({
    method: 'GET',
    path: '/api/archive/refile',
    summary: 'The moving of clips into the layout of the settings',
    response: refileSchema,
  }),
  startRefile: route({
    method: 'POST',
    path: '/api/archive/refile',
    summary: 'Move archived clips to where the layout of the settings puts them, in the background',
    response: refileSchema,
  }),
  stopRefile: route({
    method: 'POST',
    path: '/api/archive/refile/stop',
    summary: 'Stop it after the clip it is at',
    response: refileSchema,
  }),
  getArchiveCheck: route({
    method: 'GET',
    path: '/api/archive/check',
    summary: 'Whether archived files still are what was stored',
    response: archiveCheckSchema,
  }),
  startArchiveCheck: route({
    method: 'POST',
    path: '/api/archive/check',
    summary: 'Read all archived files again, gently, in the background',
    response: archiveCheckSchema,
  }),
  stopArchiveCheck: route({
    method: 'POST',
    path: '/api/archive/check/stop',
    summary: 'Stop the reading; what was read counts',
    response: archiveCheckSchema,
  }),
  listImportSources: route({
    method: 'GET',
    path: '/api/imports/sources',
    summary: 'Folders of this machine that recordings can be imported from',
    response: z.object({ sources: z.array(importSourceSchema) }),
  }),
  listImports: route({
    method: 'GET',
    path: '/api/imports',
    summary: 'Imports that are under way, and the last ones',
    response: z.object({ imports: z.array(importSchema) }),
  }),
  planImport: route({
    method: 'POST',
    path: '/api/imports',
    summary: 'Look what in a folder is new; nothing is copied until it is started',
    body: z
      .object({
        path: z.string().min(1).max(4000),
        cameraId: z.number().int().positive().nullable().default(null),
        options: importOptionsSchema.prefault({}),
      })
      .strict(),
    response: importSchema,
  }),
  getImport: route({
    method: 'GET',
    path: '/api/imports/:id',
    summary: 'One import',
    params: idParams,
    response: importSchema,
  }),
  listImportItems: route({
    method: 'GET',
    path: '/api/imports/:id/items',
    summary: 'Files of an import with what is known of them, newest recording first',
    params: idParams,
    query: z.object({
      verdict: importVerdictSchema.optional(),
      state: z.enum(importItemStates).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      offset: z.coerce.number().int().min(0).default(0),
    }),
    response: z.object({ items: z.array(importItemSchema), total: z.number().int() }),
  }),
  startImport: route({
    method: 'POST',
    path: '/api/imports/:id/start',
    summary: 'Copy what the dry run found, newest first; also goes on with one that was paused',
    params: idParams,
    body: importOptionsPatchSchema.default({}),
    response: importSchema,
  }),
  pauseImport: route({
    method: 'POST',
    path: '/api/imports/:id/pause',
    summary: 'Pause an import after the bytes that are on their way',
    params: idParams,
    response: importSchema,
  }),
  cancelImport: route({
    method: 'POST',
    path: '/api/imports/:id/cancel',
    summary: 'End an import; what has come in stays',
    params: idParams,
    response: importSchema,
  }),
  beginUpload: route({
    method: 'POST',
    path: '/api/uploads',
    summary: 'Begin an import from a browser, or find the one that was begun under this name',
    body: z
      .object({
        name: z.string().trim().min(1).max(200),
        cameraId: z.number().int().positive().nullable().default(null),
        options: importOptionsSchema.prefault({}),
      })
      .strict(),
    response: importSchema,
  }),
  addUploadFiles: route({
    method: 'POST',
    path: '/api/uploads/:id/files',
    summary: 'Tell what files there are; the answer says which are wanted, and from which byte on',
    params: idParams,
    body: z.object({ files: z.array(uploadFileSchema).min(1).max(maxUploadFiles) }).strict(),
    response: z.object({ import: importSchema, items: z.array(importItemSchema) }),
  }),
  sendUploadPiece: route({
    method: 'PUT',
    path: '/api/uploads/items/:id',
    summary:
      'The next bytes of a file (application/octet-stream, at most 8 MiB) from `offset` on; 409 with the offset that is wanted when it is another',
    params: idParams,
    query: z.object({ offset: z.coerce.number().int().min(0) }),
    response: importItemSchema,
  }),
} as const;
