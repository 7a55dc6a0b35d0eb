import { z } from 'zod';
import { route } from './route.ts';

/** One file of the support bundle, word for word as it is saved. */
export const supportFileSchema = z.object({
  name: z.string(),
  bytes: z.number().int(),
  text: z.string(),
});
export type SupportFile = z.infer<typeof supportFileSchema>;

export const supportBundleSchema = z.object({
  /** Names it for saving, for as long as `until`. */
  id: z.string(),
  madeAt: z.number().int(),
  until: z.number().int(),
  files: z.array(supportFileSchema),
});
export type SupportBundle = z.infer<typeof supportBundleSchema>;

export const supportRoutes = {
  makeSupportBundle: route({
    method: 'POST',
    path: '/api/support/bundles',
    summary: 'Gather what helps to find a fault, without anything private; it stays in memory for a while',
    response: supportBundleSchema,
  }),
  getSupportBundle: route({
    method: 'GET',
    path: '/api/support/bundles/:id',
    summary: 'The same as a zip, word for word as it was shown',
    params: z.object({ id: z.string().min(1).max(60) }),
    produces: 'application/zip',
  }),
};
