import type { ProblemReport } from '../health/problem-service.ts';
import type { LogLevel } from '../lib/logger.ts';
import type { LogBook } from './log-book.ts';

export interface LogKeeperDeps {
  /** Without it there is nothing to keep. */
  logs: { book: LogBook; setLevel: (level: LogLevel) => void } | undefined;
  /** The environment may name the level: then the settings do not. */
  config: { configDir: string; isLogLevelGiven?: boolean };
  problems: { raise(problem: ProblemReport): void; end(key: string): void };
}

const problemKey = 'log:file';

/** The log as this installation wants it: its level, what stands in no line of it, and the problem that it cannot be kept. */
export class LogKeeper {
  private readonly deps: LogKeeperDeps;

  constructor(deps: LogKeeperDeps) {
    this.deps = deps;
  }

  /** The code of set-up is shown on standard output alone. */
  start({ logLevel }: { logLevel: LogLevel }, setupCode: string): void {
    const { logs, problems } = this.deps;
    this.setLevel(logLevel);
    logs?.book.addSecret(setupCode);
    logs?.book.whenFaulty((reason) =>
      reason === null ? problems.end(problemKey) : problems.raise(this.problem(reason)),
    );
  }

  setLevel(level: LogLevel): void {
    if (this.deps.config.isLogLevelGiven !== true) this.deps.logs?.setLevel(level);
  }

  private problem(reason: string): ProblemReport {
    return {
      key: problemKey,
      severity: 'warning',
      message: `The log cannot be written to ${this.deps.config.configDir}/logs (${reason}). Its newest lines are in memory until the program ends.`,
      advice: 'Make room there, or let this program write to it. It is tried again by itself.',
    };
  }
}
