import type { ProblemReport, ProblemService } from './problem-service.ts';

/** Keys of problems that the start itself finds. */
const isEarly = (key: string) =>
  key === 'database:network' || key === 'log:file' || key.startsWith('settings:');

/** Problems that are known before the database is open, and stay known when it is opened anew. */
export class EarlyProblems {
  private readonly reports = new Map<string, ProblemReport>();
  private service: Pick<ProblemService, 'raise' | 'end'> | null = null;
  private readonly onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.onError = onError;
  }

  raise(report: ProblemReport): void {
    this.reports.set(report.key, report);
    this.service?.raise(report).catch(this.onError);
  }

  end(key: string): void {
    this.reports.delete(key);
    this.service?.end(key).catch(this.onError);
  }

  /** From now on they are kept in this service's database; those it still has open and that are not raised now are over. */
  async attach(service: Pick<ProblemService, 'raise' | 'end' | 'open'>): Promise<void> {
    this.service = service;
    const open = await service.open();
    for (const { key } of open) if (isEarly(key) && !this.reports.has(key)) await service.end(key);
    for (const report of this.reports.values()) await service.raise(report);
  }

  detach(): void {
    this.service = null;
  }
}
