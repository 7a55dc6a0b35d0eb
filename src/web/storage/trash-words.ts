/** The sentences of the trash. */
import type { DeletionWhy, RemovalOrder } from '../../shared/retention.ts';
import { countOf, formatBytes, formatInstant } from '../format.ts';

interface Total {
  clips: number;
  bytes: number;
}

/** What lies in the trash and when the first of it goes. */
export function trashWords({ clips, bytes }: Total, nextGoneAt: number | null, now: number): string {
  const lie = clips === 1 ? 'lies' : 'lie';
  const what = `${countOf(clips, 'clip')}, ${formatBytes(bytes)}, ${lie} in the trash and can be restored.`;
  if (nextGoneAt === null) return what;
  return `${what} The ${clips === 1 ? 'time of it is up' : 'first of them goes'} ${untilWords(nextGoneAt, now)}, or when room is needed.`;
}

function untilWords(instant: number, now: number): string {
  return instant <= now ? 'any moment' : `at ${formatInstant(instant, now)}`;
}

/** What emptying means, for the question before it. */
export function emptyWords({ clips, bytes }: Total): string[] {
  const their = clips === 1 ? 'It was' : 'They were';
  return [
    `${countOf(clips, 'clip')}, ${formatBytes(bytes)}, ${clips === 1 ? 'is' : 'are'} deleted for good. This cannot be undone.`,
    `${their} deleted before, by a rule or by you; the log keeps saying what went and why.`,
  ];
}

/** Whether a rule deleted any of them, so that restoring keeps them from then on. */
export function isByRule(clips: readonly { why: DeletionWhy }[]): boolean {
  return clips.some(({ why }) => why.by !== 'hand');
}

/** What came of emptying. */
export function emptiedWords({ ordered, bytes }: RemovalOrder): string {
  if (ordered === 0) return 'There was nothing left in the trash.';
  return `${countOf(ordered, 'clip')}, ${formatBytes(bytes)}, ${ordered === 1 ? 'goes' : 'go'} for good.`;
}
