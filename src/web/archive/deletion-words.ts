/** The sentences of deleting clips on a camera. */
import type { Clip } from '../../shared/clips.ts';
import type { DeletionOrder, DeletionRefusal } from '../../shared/queue.ts';
import { formatBytes } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { clipTitle } from '../words.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

/** What is deleted and what stays, before a clip is deleted on its camera. */
export function deletionQuestion(clip: Pick<Clip, 'name' | 'sizeBytes' | 'locked'>): string[] {
  const name = clipTitle(clip.name);
  const { sizeBytes } = clip;
  const whole = sizeBytes === null ? name : t('nameAndSize', { name, size: formatBytes(sizeBytes) });
  const words = [t('deletedOnCard', { clip: whole })];
  if (clip.locked) words.push(t('lockedAllTheSame'));
  return words;
}

const refusalWords = wordsOf<typeof en, DeletionRefusal>(t, {
  kept: 'notAsKept',
  locked: 'notAsLocked',
  not_archived: 'notAsNotArchived',
  unverified: 'notAsUnverified',
  not_on_camera: 'notAsNotOnCamera',
  changed_on_camera: 'notAsChanged',
});

/** What came of an order to delete: how many will be deleted, and why the others will not. */
export function deletionOutcome({ queued, refused }: Pick<DeletionOrder, 'queued' | 'refused'>): string {
  const done = queued > 0 ? t('toBeDeletedOnCamera', { count: queued }) : '';
  const causes = [...new Set(refused.map(({ reason }) => refusalWords[reason]))].map((cause) => `${cause}.`);
  if (causes.length === 0) return done || t('nothingDeleted');
  const not = refused.length === 1 ? 'notDeletedOne' : 'notDeletedSome';
  return [done, t(not, { count: refused.length, causes: causes.join(' ') })].filter(Boolean).join(' ');
}
