import type { StartupChoiceId, StartupPhase, startupChoiceSchema } from '../../shared/startup.ts';
import type { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';

export type StartupChoice = z.infer<typeof startupChoiceSchema>;

export interface StartupView {
  phase: StartupPhase;
  message: string;
  progress: { done: number; total: number } | null;
  since: number;
  choices: StartupChoice[];
}

/** What the start is at, for the page; and the person's choice, when the start waits for one. */
export class StartupState {
  private readonly clock: Clock;
  private current: StartupView;
  private answer: ((choice: StartupChoiceId) => void) | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
    this.current = {
      phase: 'looking',
      message: 'Starting.',
      progress: null,
      since: clock.now(),
      choices: [],
    };
  }

  get view(): StartupView {
    return this.current;
  }

  enter(phase: StartupPhase, message: string): void {
    this.current = { phase, message, progress: null, since: this.clock.now(), choices: [] };
  }

  progress(done: number, total: number): void {
    this.current = { ...this.current, progress: { done, total } };
  }

  /** Waits until a person chooses one of these; rejects when the program is told to stop. */
  ask(message: string, choices: StartupChoice[], signal: AbortSignal): Promise<StartupChoiceId> {
    this.enter('attention', message);
    this.current = { ...this.current, choices };
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Error('stopped'));
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      this.answer = (choice) => {
        signal.removeEventListener('abort', stop);
        this.answer = null;
        resolve(choice);
      };
    });
  }

  choose(id: StartupChoiceId): void {
    const offered = this.current.choices.some((choice) => choice.id === id);
    if (!this.answer || !offered) throw new AppError('conflict', 'The start does not wait for this choice.');
    this.answer(id);
  }
}
