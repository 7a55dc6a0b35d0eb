/** The sentences of the pages before the app. */
import type { Startup, StartupPhase } from '../../shared/startup.ts';
import { formatLength } from '../format.ts';
import { t } from './texts.ts';

/** What is being done, as a heading. */
export function phaseTitle(phase: StartupPhase): string {
  return t(`phase_${phase}`);
}

/** How far a phase is, in whole percent; null when that is not known. Full only when it is. */
export function percentOf(progress: Startup['progress']): number | null {
  if (!progress || progress.total <= 0) return null;
  return Math.max(0, Math.min(100, Math.floor((progress.done / progress.total) * 100)));
}

/** `For 1 min 12 s so far`, by the server's clock; null in the first moment. */
export function elapsedWords({ since, now }: Pick<Startup, 'since' | 'now'>): string | null {
  const elapsedMs = now - since;
  return elapsedMs < 2_000 ? null : t('soFar', { length: formatLength(elapsedMs) });
}
