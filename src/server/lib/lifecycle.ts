/** Something with a lifetime: the constructor assigned, `start` acts, `stop` undoes. */
export interface Component {
  start?(): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** The part of a logger that a lifecycle needs. */
interface StopLog {
  warn(fields: object, message: string): void;
}

/** Everything must have stopped by then; what has not is abandoned and named in the log. */
export const stopDeadlineMs = 8000;

/** Starts components in order and stops them in reverse, also after a half-failed start. */
export class Lifecycle {
  private readonly started: { name: string; component: Component }[] = [];
  private readonly log: StopLog;
  private readonly deadlineMs: number;
  private stopping: Promise<void> | undefined;

  constructor(log: StopLog, deadlineMs = stopDeadlineMs) {
    this.log = log;
    this.deadlineMs = deadlineMs;
  }

  async start(name: string, component: Component): Promise<void> {
    this.started.push({ name, component });
    await component.start?.();
  }

  /** Safe to call more than once; later calls wait for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    const endsAt = performance.now() + this.deadlineMs;
    for (const { name, component } of this.started.toReversed()) {
      const outcome = await within(component, endsAt - performance.now());
      if (outcome !== 'stopped')
        this.log.warn({ component: name, err: outcome }, 'component did not stop cleanly');
    }
  }
}

async function within(component: Component, budgetMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error('out of time')), Math.max(budgetMs, 50));
  });
  const stopped = (async () => component.stop())().then(
    () => 'stopped' as const,
    (error: unknown) => error,
  );
  const outcome = await Promise.race([stopped, timeout]);
  clearTimeout(timer);
  return outcome;
}
