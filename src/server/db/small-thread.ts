import { fileJobs } from './file-jobs.ts';
import { runThread } from './thread-main.ts';

/** The same for the jobs that run beside the program's work, with a tenth of the code and memory. */
await runThread(fileJobs);
