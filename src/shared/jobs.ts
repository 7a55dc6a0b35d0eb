import { z } from 'zod';
import { route } from './route.ts';

const count = z.number().int().min(0);

/** What works in the background, by what it does. */
export const jobKinds = [
  'download',
  'import',
  'parcel',
  'scan',
  'refile',
  'sweep',
  'check',
  'tracks',
  'journeys',
  'media',
  'measure',
  'backup',
  'integrity',
] as const;
export const jobKindSchema = z.enum(jobKinds);
export type JobKind = z.infer<typeof jobKindSchema>;

export const jobSchema = z.object({
  /** `scan`, `import:5`: the same as long as it goes on. */
  id: z.string(),
  kind: jobKindSchema,
  /** `waiting`: something else goes first, or the world is not ready; it goes on by itself. `paused`: by a person. */
  state: z.enum(['running', 'waiting', 'paused']),
  /** What it is at: a folder, a clip. */
  about: z.string().nullable(),
  /** Why it waits, in words. */
  reason: z.string().nullable(),
  done: count.nullable(),
  /** Null where nobody knows how much there is. */
  total: count.nullable(),
  unit: z.enum(['files', 'clips', 'bytes']).nullable(),
  startedAt: z.number().int().nullable(),
  leftMs: count.nullable(),
  /** It may be ended: what it has done stays, nothing is lost by it. */
  canCancel: z.boolean(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobsSchema = z.object({ jobs: z.array(jobSchema) });

export const jobRoutes = {
  listJobs: route({
    method: 'GET',
    path: '/api/jobs',
    summary: 'What works in the background now',
    response: jobsSchema,
  }),
  cancelJob: route({
    method: 'POST',
    path: '/api/jobs/:id/cancel',
    summary: 'End one of these; what it has done stays',
    params: z.object({ id: z.string().min(1).max(60) }),
    response: jobsSchema,
  }),
};
