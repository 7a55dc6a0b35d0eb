import { databaseJobs } from './database-jobs.ts';
import { runThread } from './thread-main.ts';

/** The start of a thread that does one long job on database files and ends. */
await runThread(databaseJobs);
