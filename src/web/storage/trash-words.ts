/** The sentences of the trash. */
import type { DeletionWhy, RemovalOrder } from '../../shared/retention.ts';
import { formatBytes, formatInstant } from '../format.ts';
import { t } from './texts.ts';

interface Total {
  clips: number;
  bytes: number;
}

/** What lies in the trash and when the first of it goes. */
export function trashWords({ clips, bytes }: Total, nextGoneAt: number | null, now: number): string {
  const what = t('lieInTrash', { count: clips, size: formatBytes(bytes) });
  if (nextGoneAt === null) return what;
  const time = formatInstant(nextGoneAt, now);
  return `${what} ${t(nextGoneAt <= now ? 'firstGoesSoon' : 'firstGoesAt', { count: clips, time })}`;
}

/** What emptying means, for the question before it. */
export function emptyWords({ clips, bytes }: Total): string[] {
  return [t('areDeleted', { count: clips, size: formatBytes(bytes) }), t('wereDeleted', { count: clips })];
}

/** Whether a rule deleted any of them, so that restoring keeps them from then on. */
export function isByRule(clips: readonly { why: DeletionWhy }[]): boolean {
  return clips.some(({ why }) => why.by !== 'hand');
}

/** What came of emptying. */
export function emptiedWords({ ordered, bytes }: RemovalOrder): string {
  return ordered === 0 ? t('nothingInTrash') : t('goForGood', { count: ordered, size: formatBytes(bytes) });
}
