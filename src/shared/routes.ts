import { z } from 'zod';
import { accessRoutes } from './access-routes.ts';
import { archiveFilterFields } from './archive-filter.ts';
import { changePasswordInputSchema, logInInputSchema, setUpInputSchema } from './accounts.ts';
import {
  cameraInputSchema,
  cameraPatchSchema,
  cameraSchema,
  cameraAddressSchema,
  cameraTestSchema,
} from './cameras.ts';
import { captureSchema, clipSchema, daySchema, localDaySchema } from './clips.ts';
import {
  clipSelectionSchema,
  dayCoverageSchema,
  deletionOrderSchema,
  queueChangeSchema,
  queueSchema,
  syncSummarySchema,
  visitSchema,
} from './queue.ts';
import { findRoutes } from './find-routes.ts';
import { jobRoutes } from './jobs.ts';
import { journeyRoutes } from './journey-routes.ts';
import { logRoutes } from './log-routes.ts';
import { mapRoutes } from './map-routes.ts';
import { markRoutes } from './mark-routes.ts';
import { mediaRoutes } from './media-routes.ts';
import { notesRoutes } from './notes-routes.ts';
import { parcelRoutes } from './parcel-routes.ts';
import { retentionRoutes } from './retention-routes.ts';
import { route } from './route.ts';
import { selectRoutes } from './select-routes.ts';
import { supportRoutes } from './support.ts';
import { settingsAnswerSchema } from './settings-answer.ts';
import { settingsPatchSchema } from './settings.ts';
import { startupChoiceInputSchema, startupSchema } from './startup.ts';
import { archiveVolumeSchema, statusSchema } from './status.ts';
import { backupSchema, scanSchema, systemSchema } from './system.ts';

const id = z.coerce.number().int().positive();
const idParams = z.object({ id });
const clipIds = z.array(z.number().int().positive()).min(1).max(1000);

/** Every HTTP operation of the program, by its id. */
export const routes = {
  getHealth: route({
    method: 'GET',
    path: '/api/health',
    summary: 'Is the process up? Touches neither the database nor the recordings volume.',
    response: z.object({ status: z.enum(['ok', 'starting', 'attention']), version: z.string() }),
  }),
  getStartup: route({
    method: 'GET',
    path: '/api/startup',
    summary: 'Is the database open, what is being done before that, and may this browser use the page?',
    response: startupSchema,
  }),
  chooseAtStartup: route({
    method: 'POST',
    path: '/api/startup/choice',
    summary: 'Say how to go on when the start waits for a person',
    body: startupChoiceInputSchema,
    response: startupSchema,
  }),
  logIn: route({
    method: 'POST',
    path: '/api/auth/login',
    summary: 'Begin a session with the password',
    body: logInInputSchema,
    response: z.object({ ok: z.literal(true) }),
  }),
  logOut: route({ method: 'POST', path: '/api/auth/logout', summary: 'End this session' }),
  setUp: route({
    method: 'POST',
    path: '/api/auth/setup',
    summary: "Set the first password, with the code from the program's log",
    body: setUpInputSchema,
    response: z.object({ ok: z.literal(true) }),
  }),
  changePassword: route({
    method: 'POST',
    path: '/api/auth/password',
    summary: 'Change the password; every other session ends',
    body: changePasswordInputSchema,
    response: z.object({ ok: z.literal(true) }),
  }),
  getSystem: route({
    method: 'GET',
    path: '/api/system',
    summary: 'Database, backups, what was taken over from the existing system, and the scan of the archive',
    response: systemSchema,
  }),
  makeBackup: route({
    method: 'POST',
    path: '/api/system/backups',
    summary: 'Back up the database now',
    response: backupSchema,
  }),
  startScan: route({
    method: 'POST',
    path: '/api/archive/scan',
    summary:
      'Look through the archive folder for clips that the ledger does not know, in the background; thorough: also at folders that have not changed',
    body: z
      .object({
        thorough: z.boolean().default(false),
        /** Clips whose files are gone are really gone: a person said so. */
        acceptMissing: z.boolean().default(false),
      })
      .strict()
      .prefault({}),
    response: scanSchema,
  }),
  getStatus: route({
    method: 'GET',
    path: '/api/status',
    summary: 'Cameras, sync, archive volume and problems at a glance',
    response: statusSchema,
  }),
  listCameras: route({
    method: 'GET',
    path: '/api/cameras',
    summary: 'The cameras of this installation',
    response: z.object({ cameras: z.array(cameraSchema) }),
  }),
  addCamera: route({
    method: 'POST',
    path: '/api/cameras',
    summary: 'Add a camera by its address and begin to look for it',
    body: cameraInputSchema,
    response: cameraSchema,
  }),
  updateCamera: route({
    method: 'PATCH',
    path: '/api/cameras/:id',
    summary: 'Rename a camera, change its addresses, enable or disable it',
    params: idParams,
    body: cameraPatchSchema,
    response: cameraSchema,
  }),
  removeCamera: route({
    method: 'DELETE',
    path: '/api/cameras/:id',
    summary: 'Remove a camera of which nothing was ever listed; others can be disabled',
    params: idParams,
  }),
  testCamera: route({
    method: 'POST',
    path: '/api/cameras/test',
    summary: 'Ask whatever answers at an address whether it is a camera; changes nothing',
    body: z.object({ address: cameraAddressSchema }),
    response: cameraTestSchema,
  }),
  acceptCamera: route({
    method: 'POST',
    path: '/api/cameras/:id/accept',
    summary: 'Whatever answers at its address now is this camera: forget what was known of it',
    params: idParams,
    response: cameraSchema,
  }),
  getQueue: route({
    method: 'GET',
    path: '/api/queue',
    summary:
      'Clips still wanted, in the order they will be fetched, then the held and failed ones; or those skipped and still on the card, newest first',
    query: z.object({
      state: z.enum(['waiting', 'held', 'failed', 'skipped']).optional(),
      cameraId: z.coerce.number().int().positive().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      offset: z.coerce.number().int().min(0).default(0),
    }),
    response: queueSchema,
  }),
  fetchFirst: route({
    method: 'POST',
    path: '/api/queue/first',
    summary: 'Put clips at the head of the queue, past every rule; skipped and failed ones too',
    body: clipSelectionSchema,
    response: queueChangeSchema,
  }),
  fetchLast: route({
    method: 'POST',
    path: '/api/queue/last',
    summary: 'Put clips at the end of the queue',
    body: clipSelectionSchema,
    response: queueChangeSchema,
  }),
  skipClips: route({
    method: 'POST',
    path: '/api/queue/skip',
    summary: 'Leave clips on the card; one under way is stopped',
    body: clipSelectionSchema,
    response: queueChangeSchema,
  }),
  unskipClips: route({
    method: 'POST',
    path: '/api/queue/unskip',
    summary: 'Want skipped clips again',
    body: clipSelectionSchema,
    response: queueChangeSchema,
  }),
  retryFailed: route({
    method: 'POST',
    path: '/api/queue/retry',
    summary: 'Try failed clips again; all of them when none is named',
    body: z.object({ clipIds: clipIds.optional() }),
    response: queueChangeSchema,
  }),
  cancelTransfer: route({
    method: 'POST',
    path: '/api/queue/cancel',
    summary: 'Stop the transfer of a clip; it goes to the end of the queue and keeps its bytes',
    body: z.object({ clipId: z.number().int().positive() }),
    response: queueChangeSchema,
  }),
  undoQueueChange: route({
    method: 'POST',
    path: '/api/queue/undo',
    summary: 'Take back a change of the queue',
    body: z.object({ undo: z.string().min(1).max(100) }),
    response: queueChangeSchema,
  }),
  deleteOnCamera: route({
    method: 'POST',
    path: '/api/clips/delete-on-camera',
    summary:
      'Delete clips on their cameras whose copies here are verified; done when the camera is within reach',
    body: z.object({ clipIds, includeLocked: z.boolean().default(false) }),
    response: deletionOrderSchema,
  }),
  listCoverage: route({
    method: 'GET',
    path: '/api/coverage',
    summary: 'For each day, camera and channel: archived, waiting, lost, never recorded; newest day first',
    query: z.object({
      before: localDaySchema.optional(),
      cameraId: z.coerce.number().int().positive().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(31),
    }),
    response: z.object({ days: z.array(dayCoverageSchema), nextBefore: localDaySchema.nullable() }),
  }),
  listVisits: route({
    method: 'GET',
    path: '/api/visits',
    summary: 'The stays of cameras within reach, and what each brought; newest first',
    query: z.object({
      before: z.coerce.number().int().optional(),
      cameraId: z.coerce.number().int().positive().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.object({ visits: z.array(visitSchema), nextBefore: z.number().int().nullable() }),
  }),
  pauseSync: route({
    method: 'POST',
    path: '/api/sync/pause',
    summary: 'Stop fetching until resumed; the clip under way goes on later from where it was',
    response: syncSummarySchema,
  }),
  resumeSync: route({
    method: 'POST',
    path: '/api/sync/resume',
    summary: 'Fetch again',
    response: syncSummarySchema,
  }),
  syncNow: route({
    method: 'POST',
    path: '/api/sync/now',
    summary:
      'A camera is here: look for it and list it at once; all of them when none is named by its id or one of its addresses',
    body: z
      .object({ cameraId: z.number().int().positive(), address: cameraAddressSchema })
      .partial()
      .strict()
      .default({}),
    response: syncSummarySchema,
  }),
  listDays: route({
    method: 'GET',
    path: '/api/days',
    summary: 'Days that have clips, newest first',
    query: z.object({
      before: localDaySchema.optional(),
      /** Only days later than this one, the nearest first. */
      after: localDaySchema.optional(),
      limit: z.coerce.number().int().min(1).max(400).default(60),
    }),
    response: z.object({ days: z.array(daySchema), nextBefore: localDaySchema.nullable() }),
  }),
  getDay: route({
    method: 'GET',
    path: '/api/days/:day',
    summary: 'The captures of one day with their clips, in the order of time',
    params: z.object({ day: localDaySchema }),
    query: z.object(archiveFilterFields),
    mayLackQuery: true,
    response: z.object({ day: daySchema, captures: z.array(captureSchema) }),
  }),
  getClip: route({
    method: 'GET',
    path: '/api/clips/:id',
    summary: 'One clip',
    params: idParams,
    response: clipSchema,
  }),
  getClipVideo: route({
    method: 'GET',
    path: '/api/clips/:id/video',
    summary: 'The bytes of an archived clip; answers ranges, open-ended ones capped at 1 MiB',
    params: idParams,
    /** `ClipMedia.version`: with it the answer may be kept for ever. */
    query: z.object({ v: z.string().max(100).optional() }),
    produces: 'video/mp4',
  }),
  ...accessRoutes,
  ...retentionRoutes,
  ...journeyRoutes,
  ...findRoutes,
  ...jobRoutes,
  ...logRoutes,
  ...mapRoutes,
  ...markRoutes,
  ...supportRoutes,
  ...notesRoutes,
  ...selectRoutes,
  ...parcelRoutes,
  ...mediaRoutes,
  acceptVolume: route({
    method: 'POST',
    path: '/api/archive/volume/accept',
    summary: 'Use the recordings folder as it is from now on: write a new marker into it',
    response: archiveVolumeSchema,
  }),
  getSettings: route({
    method: 'GET',
    path: '/api/settings',
    summary: 'The settings, which of them differ from the defaults, and which are decided elsewhere or later',
    response: settingsAnswerSchema,
  }),
  updateSettings: route({
    method: 'PATCH',
    path: '/api/settings',
    summary: 'Change settings; null returns one to its default',
    body: settingsPatchSchema,
    response: settingsAnswerSchema,
  }),
} as const;

export type RouteId = keyof typeof routes;
