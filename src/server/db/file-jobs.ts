import type { DatabaseJobs, JobProgress } from './database-jobs.ts';
import { copyDatabase, faultOf } from './sqlite-files.ts';

/** Jobs that know nothing of what is in a database. */
export const fileJobs = {
  check: async ({ path }: DatabaseJobs['check']['input']) => faultOf(path),
  copy: async (
    { source, target }: DatabaseJobs['copy']['input'],
    report: (progress: JobProgress) => void,
  ) => {
    await copyDatabase(source, target, { onProgress: (copied) => report({ what: 'pages', ...copied }) });
    return null;
  },
};
