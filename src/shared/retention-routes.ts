import { z } from 'zod';
import { chosenIds as clipIds } from './notes.ts';
import {
  auditActionSchema,
  auditEntrySchema,
  previewInputSchema,
  previewSchema,
  removalOrderSchema,
  retentionSchema,
  trashEntrySchema,
} from './retention.ts';
import { route } from './route.ts';
import { measureSchema, storageSchema } from './storage.ts';

/** What deletes, keeps and restores clips, and what uses the disks. */
export const retentionRoutes = {
  deleteClips: route({
    method: 'POST',
    path: '/api/clips/delete',
    summary:
      'Delete clips of the archive, into the trash when there is one; protected ones only when it is insisted',
    body: z.object({ clipIds, includeProtected: z.boolean().default(false) }),
    response: removalOrderSchema,
  }),
  keepClips: route({
    method: 'POST',
    path: '/api/clips/keep',
    summary: 'Pin clips, so that no rule ever deletes them, or let go of them',
    body: z.object({ clipIds, kept: z.boolean() }),
    response: z.object({
      changed: z.number().int(),
      /** Those that were otherwise before. */
      clipIds: z.array(z.number().int()),
    }),
  }),
  getRetention: route({
    method: 'GET',
    path: '/api/retention',
    summary: 'What deletes by rule is at, what keeps it from deleting, and what the last sweeps did',
    response: retentionSchema,
  }),
  previewRetention: route({
    method: 'POST',
    path: '/api/retention/preview',
    summary: 'What the next sweep would delete, under the settings in force or others; changes nothing',
    body: z.object({ settings: previewInputSchema.default({}) }).default({ settings: {} }),
    response: previewSchema,
  }),
  startSweep: route({
    method: 'POST',
    path: '/api/retention/sweep',
    summary: 'Delete now what the rules say, in the background',
    response: retentionSchema,
  }),
  stopSweep: route({
    method: 'POST',
    path: '/api/retention/stop',
    summary: 'Stop the sweep under way after the file it is at',
    response: retentionSchema,
  }),
  confirmSweep: route({
    method: 'POST',
    path: '/api/retention/confirm',
    summary: 'Let a plan go that is too large to go without asking, as much of it as was shown',
    body: z.object({
      key: z.string().min(1).max(200),
      clips: z.number().int().min(0),
      bytes: z.number().int().min(0),
    }),
    response: retentionSchema,
  }),
  confirmClock: route({
    method: 'POST',
    path: '/api/retention/confirm-clock',
    summary: 'The clock of this machine is right, though it jumped',
    response: retentionSchema,
  }),
  listTrash: route({
    method: 'GET',
    path: '/api/trash',
    summary: 'Deleted clips that can be restored, newest first',
    query: z.object({
      before: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({
      clips: z.array(trashEntrySchema),
      total: z.object({ clips: z.number().int(), bytes: z.number().int() }),
      nextBefore: z.string().nullable(),
    }),
  }),
  restoreClips: route({
    method: 'POST',
    path: '/api/trash/restore',
    summary:
      'Bring clips back out of the trash; all of them when none is named. What a rule deleted is kept from then on',
    body: z.object({ clipIds: clipIds.optional() }),
    response: removalOrderSchema,
  }),
  emptyTrash: route({
    method: 'POST',
    path: '/api/trash/empty',
    summary: 'Delete clips in the trash for good; all of them when none is named',
    body: z.object({ clipIds: clipIds.optional() }),
    response: removalOrderSchema,
  }),
  listAudit: route({
    method: 'GET',
    path: '/api/audit',
    summary: 'Every deletion with its reason and what became of it, newest first',
    query: z.object({
      before: z.string().max(100).optional(),
      cameraId: z.coerce.number().int().positive().optional(),
      by: z.enum(['age', 'disk', 'quota', 'room', 'hand']).optional(),
      action: auditActionSchema.optional(),
      /** A part of the clip's name. */
      name: z.string().trim().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ entries: z.array(auditEntrySchema), nextBefore: z.string().nullable() }),
  }),
  getStorage: route({
    method: 'GET',
    path: '/api/storage',
    summary: 'What uses the disks, and when the recordings volume will be full; touches no volume',
    response: storageSchema,
  }),
  measureStorage: route({
    method: 'POST',
    path: '/api/storage/measure',
    summary: 'Walk through the recordings folder, in the background, for what is not in the ledger',
    response: measureSchema,
  }),
} as const;
