import { jobKinds, type Job } from '../../shared/jobs.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';

/** One capability's word on what it works at in the background. */
export interface JobReporter {
  /** From memory or by indexed counts: no volume is touched. */
  jobs(): (Job | null)[] | Promise<(Job | null)[]>;
  /** Ends one of its jobs, where that costs nothing but time. */
  cancel?(job: Job): unknown;
}

const rank = (job: Job) => jobKinds.indexOf(job.kind);

/** What works in the background, as those who work tell it: nothing is kept here. */
export class Jobs {
  private readonly reporters: readonly JobReporter[];
  private readonly log: Logger;

  constructor({ reporters, log }: { reporters: readonly JobReporter[]; log: Logger }) {
    this.reporters = reporters;
    this.log = log;
  }

  async list(): Promise<Job[]> {
    const told = await Promise.all(this.reporters.map((reporter) => this.ask(reporter)));
    return told.flat().toSorted((a, b) => rank(a) - rank(b));
  }

  /** Ends a job. Throws an `AppError`: `not_found` when it is over already, `conflict` when it cannot be ended. */
  async cancel(id: string): Promise<void> {
    for (const reporter of this.reporters) {
      const job = (await this.ask(reporter)).find((each) => each.id === id);
      if (!job) continue;
      if (!job.canCancel || !reporter.cancel)
        throw new AppError('conflict', 'This cannot be ended from here.');
      await reporter.cancel(job);
      this.log.info({ job: id }, 'ended by hand');
      return;
    }
    throw new AppError('not_found', 'It is over already.');
  }

  /** One that cannot tell does not keep the others from telling. */
  private async ask(reporter: JobReporter): Promise<Job[]> {
    try {
      return (await reporter.jobs()).filter((job) => job !== null);
    } catch (error) {
      this.log.warn({ reason: messageOf(error) }, 'what works in the background could not be told');
      return [];
    }
  }
}
