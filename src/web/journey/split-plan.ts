import type { Journey } from '../../shared/journeys.ts';
import { localTimeIn } from '../format.ts';
import { formatDrive, momentWords } from './journey-words.ts';
import { t } from './texts.ts';
import { canSplitAt } from './track-plan.ts';

type Span = Pick<Journey, 'startedAt' | 'endedAt' | 'startZone'>;

const dayMs = 86_400_000;

/**
 * The instant within a journey that clocks at its start showed as that time (`07:31` or `07:31:12`), also beyond
 * midnight; null when there is none.
 */
export function instantOfTime(span: Span, time: string): number | null {
  const match = /^(\d{2}):(\d{2})(?::(\d{2}))?/.exec(time);
  if (!match) return null;
  const wanted = ((Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3] ?? 0)) * 1000;
  const start = localTimeIn(span.startedAt, span.startZone);
  const startOfDay = Date.parse(`${start.slice(0, 10)}T00:00:00Z`);
  const sinceMidnight = Date.parse(`${start}Z`) - startOfDay;
  const first = Math.floor(span.startedAt / 1000) * 1000 + wanted - sinceMidnight;
  const candidates = [first, first + dayMs, first - 3_600_000, first + 3_600_000];
  const shows = (at: number) => localTimeIn(at, span.startZone).slice(11) === fullTime(match);
  return candidates.find((at) => canSplitAt(span, at) && shows(at)) ?? null;
}

function fullTime(match: RegExpExecArray): string {
  return `${match[1]}:${match[2]}:${match[3] ?? '00'}`;
}

/** What splitting there makes of a journey, or why it cannot be. */
export function splitWords(span: Span, text: string, at: number | null): string {
  if (text === '') return t('splitNone');
  if (at === null) return t('splitOutside');
  const [before, after] = [formatDrive(at - span.startedAt), formatDrive(span.endedAt - at)];
  return t('splitInto', { before, time: momentWords(at, span), after });
}
