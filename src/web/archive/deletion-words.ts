/** The sentences of deleting clips on a camera. */
import type { Clip } from '../../shared/clips.ts';
import type { DeletionOrder, DeletionRefusal } from '../../shared/queue.ts';
import { countOf, formatBytes } from '../format.ts';
import { clipTitle } from '../words.ts';

/** What is deleted and what stays, before a clip is deleted on its camera. */
export function deletionQuestion(clip: Pick<Clip, 'name' | 'sizeBytes' | 'locked'>): string[] {
  const size = clip.sizeBytes === null ? '' : ` (${formatBytes(clip.sizeBytes)})`;
  const words = [
    `${clipTitle(clip.name)}${size} is deleted on the card as soon as the camera is within reach. The copy in the archive stays, and is the only one from then on.`,
  ];
  if (clip.locked) words.push('This clip is locked on the camera. It is deleted all the same.');
  return words;
}

const refusalWords: Record<DeletionRefusal, string> = {
  kept: 'it is kept',
  locked: 'it is locked',
  not_archived: 'it is not in the archive',
  unverified: 'its copy in the archive was not checked',
  not_on_camera: 'the camera no longer has it',
  changed_on_camera: 'what the camera has under its name is not the same any more',
};

/** What came of an order to delete: how many will be deleted, and why the others will not. */
export function deletionOutcome({ queued, refused }: Pick<DeletionOrder, 'queued' | 'refused'>): string {
  const done = queued > 0 ? `${countOf(queued, 'clip')} will be deleted on the camera.` : '';
  const causes = [...new Set(refused.map(({ reason }) => refusalWords[reason]))].map((cause) => `${cause}.`);
  if (causes.length === 0) return done || 'Nothing was deleted.';
  const not = refused.length === 1 ? 'Not deleted' : `${countOf(refused.length, 'clip')} not deleted`;
  return [done, `${not}: ${causes.join(' ')}`].filter(Boolean).join(' ');
}
