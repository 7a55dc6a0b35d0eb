import type { FastifyInstance } from 'fastify';
import { jobRoutes as routes } from '../../shared/jobs.ts';
import { serve } from '../http/serve.ts';
import type { Jobs } from './jobs.ts';

export function jobRoutes(app: FastifyInstance, { jobs }: { jobs: Jobs }): void {
  serve(app, routes.listJobs, async () => ({ jobs: await jobs.list() }));
  serve(app, routes.cancelJob, async ({ params }) => {
    await jobs.cancel(params.id);
    return { jobs: await jobs.list() };
  });
}
