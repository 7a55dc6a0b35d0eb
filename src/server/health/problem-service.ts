import type { Problem } from '../../shared/status.ts';
import type { Database } from '../db/open.ts';
import { cannotWrite } from '../db/unwritable.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';

export interface ProblemReport {
  /** One open problem for each key: `archive:volume`, `camera:1:stranger`. */
  key: string;
  severity: Problem['severity'];
  message: string;
  advice?: string;
  cameraId?: number;
}

export interface ProblemDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  onChange(): void;
}

/** What is wrong now, in sentences, with what to do. Raising an open problem again is harmless. */
export class ProblemService {
  private readonly deps: ProblemDeps;
  /** One change at a time: an end must not overtake the raise before it. */
  private changing: Promise<void> = Promise.resolve();
  /** Raised while the database could take nothing: such as that its disk is full. */
  private readonly held = new Map<string, Problem>();

  constructor(deps: ProblemDeps) {
    this.deps = deps;
  }

  async open(): Promise<Problem[]> {
    const rows = await this.deps.db
      .selectFrom('problem')
      .selectAll()
      .where('ended_at', 'is', null)
      .orderBy('since')
      .execute();
    const written = rows.map((row) => ({
      key: row.key,
      severity: row.severity,
      message: row.message,
      advice: row.advice,
      cameraId: row.camera_id,
      since: row.since,
    }));
    const held = [...this.held.values()].filter(({ key }) => rows.every((row) => row.key !== key));
    return [...written, ...held];
  }

  raise(report: ProblemReport): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.note(report);
        this.held.delete(report.key);
      } catch (error) {
        if (!cannotWrite(error)) throw error;
        this.hold(report);
      }
    });
  }

  end(key: string): Promise<void> {
    return this.inTurn(async () => {
      if (this.held.delete(key)) this.deps.onChange();
      await this.close(key);
    });
  }

  /** Said all the same, though it cannot be written down. */
  private hold(report: ProblemReport): void {
    const { key, severity, message, advice = null, cameraId = null } = report;
    const known = this.held.get(key);
    if (known?.message === message && known.severity === severity) return;
    const since = known?.since ?? this.deps.clock.now();
    this.held.set(key, { key, severity, message, advice, cameraId, since });
    this.deps.log.warn({ problem: key, reason: message }, 'problem');
    this.deps.onChange();
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.changing.then(change);
    this.changing = changed.catch(() => undefined);
    return changed;
  }

  private async note(report: ProblemReport): Promise<void> {
    const facts = { severity: report.severity, message: report.message, advice: report.advice ?? null };
    const known = await this.openRow(report.key);
    if (known?.message === report.message && known.severity === report.severity) return;
    if (known) {
      await this.deps.db.updateTable('problem').set(facts).where('id', '=', known.id).execute();
    } else {
      await this.deps.db
        .insertInto('problem')
        .values({
          key: report.key,
          ...facts,
          camera_id: report.cameraId ?? null,
          since: this.deps.clock.now(),
          ended_at: null,
        })
        .execute();
    }
    this.deps.log.warn({ problem: report.key, reason: report.message }, 'problem');
    this.deps.onChange();
  }

  private async close(key: string): Promise<void> {
    const known = await this.openRow(key);
    if (!known) return;
    await this.deps.db
      .updateTable('problem')
      .set({ ended_at: this.deps.clock.now() })
      .where('id', '=', known.id)
      .execute();
    this.deps.log.info({ problem: key }, 'problem ended');
    this.deps.onChange();
  }

  private openRow(key: string) {
    return this.deps.db
      .selectFrom('problem')
      .select(['id', 'message', 'severity'])
      .where('key', '=', key)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
  }
}
