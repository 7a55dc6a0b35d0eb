import type { Events } from '../shared/events.ts';
import type { AppOptions } from './app-options.ts';
import { BackupService } from './db/backup-service.ts';
import { IntegrityCheck } from './db/integrity-check.ts';
import type { DatabaseThreads } from './db/run-job.ts';
import type { ProblemService } from './health/problem-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Logger } from './lib/logger.ts';
import type { ZonedTimes } from './lib/zones.ts';

export interface DatabaseCareDeps {
  options: AppOptions;
  events: EventBus<Events>;
  threads: DatabaseThreads;
  times: ZonedTimes;
  problems: ProblemService;
  databasePath: string;
  log: Logger;
  integrityDelayMs: number;
  onDamage: (message: string) => void;
  inBackground: (work: Promise<unknown>) => void;
}

const backupProblem = 'database:backup';

/** What backs the database up and looks whether it is whole, wired. */
export function buildDatabaseCare(deps: DatabaseCareDeps): {
  backups: BackupService;
  integrity: IntegrityCheck;
} {
  const { options, events, threads, log } = deps;
  const onChange = () => events.emit('system.changed', {});
  const shared = { clock: options.clock, threads, log, onChange };
  const backups = new BackupService({
    ...shared,
    configDir: options.config.configDir,
    times: deps.times,
    onOutcome: (error) => deps.inBackground(tellOfBackup(deps.problems, error)),
  });
  const integrity = new IntegrityCheck({
    ...shared,
    path: deps.databasePath,
    delayMs: deps.integrityDelayMs,
    onDamage: deps.onDamage,
  });
  return { backups, integrity };
}

function tellOfBackup(problems: ProblemService, error: string | null): Promise<void> {
  if (error === null) return problems.end(backupProblem);
  return problems.raise({
    key: backupProblem,
    severity: 'warning',
    message: `The database could not be backed up: ${error}.`,
    advice: 'Free some space on the disk of CONFIG_DIR, or mend the rights of its folder backups.',
  });
}
