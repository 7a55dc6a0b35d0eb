/** The sentences of deleting, keeping and restoring clips of the archive. */
import type { RemovalOrder } from '../../shared/retention.ts';
import type { VolumeState } from '../../shared/status.ts';
import { countOf, formatBytes, formatCount, fullStop, joinWords } from '../format.ts';
import { partOf, protectedIn, type Part, type RemovalPlan } from './removal-plan.ts';

/** When what was ordered is done, if the archive is not there for it now: `when the archive is back`. */
export function waitWords(state: VolumeState | undefined): string | null {
  switch (state) {
    case 'missing':
    case 'unmarked':
    case 'foreign':
      return 'when the archive is back';
    case 'unwritable':
      return 'when the archive can be written to again';
    case 'slow':
      return 'when the archive answers again';
    default:
      return null;
  }
}

export interface QuestionWords {
  title: string;
  lines: string[];
  /** What its button does to all of them, and to those that nothing protects; null when there are none such. */
  all: string;
  others: string | null;
}

/** What is asked before clips are deleted that are protected, or for good. */
export function removalQuestion(plan: RemovalPlan): QuestionWords {
  const total = partOf(plan.all);
  const causes = [amountOf(plan.kept, 'kept'), amountOf(plan.locked, 'locked on the camera')];
  const isProtected = plan.others.length < total.clips;
  const hasOthers = isProtected && plan.others.length > 0;
  const lines = [
    isProtected && total.clips === 1 ? `It is ${protectionOf(plan)}.` : null,
    isProtected && total.clips > 1
      ? `Protected among them: ${joinWords(causes.filter((cause) => cause !== null))}.`
      : null,
    plan.trashHours > 0
      ? `What is deleted stays in the trash for ${hoursWords(plan.trashHours)}, unless room is needed sooner.`
      : 'There is no trash: this cannot be undone.',
  ];
  return {
    title: `Delete ${sizedCount(total)}${plan.trashHours > 0 ? '' : ' for good'}?`,
    lines: lines.filter((line) => line !== null),
    all: deedWords(isProtected, hasOthers),
    others: hasOthers ? 'Only the others' : null,
  };
}

function deedWords(isProtected: boolean, hasOthers: boolean): string {
  if (hasOthers) return 'Delete them too';
  return isProtected ? 'Delete all the same' : 'Delete for good';
}

function protectionOf({ kept }: RemovalPlan): string {
  return kept.clips > 0 ? 'kept' : 'locked on the camera';
}

function amountOf(part: Part, what: string): string | null {
  return part.clips > 0 ? `${formatCount(part.clips)} ${what} (${formatBytes(part.bytes)})` : null;
}

/** `2 clips (180 MB)` */
function sizedCount({ clips, bytes }: Part): string {
  return bytes > 0 ? `${countOf(clips, 'clip')} (${formatBytes(bytes)})` : countOf(clips, 'clip');
}

function hoursWords(hours: number): string {
  return hours >= 48 && hours % 24 === 0 ? countOf(hours / 24, 'day') : countOf(hours, 'hour');
}

/** What is asked when the server left clips of which only it knows that they are protected. */
export function leftQuestion(order: RemovalOrder): QuestionWords {
  const left = protectedIn(order);
  const before = order.ordered > 0 ? [`The other ${countOf(order.ordered, 'clip')} went.`] : [];
  return {
    title: `Delete ${countOf(left, 'protected clip')} too?`,
    lines: [
      ...before,
      `Left: ${joinWords(leftCauses(order))}.`,
      ...(order.toTrash ? [] : ['There is no trash: this cannot be undone.']),
    ],
    all: left === 1 ? 'Delete it too' : 'Delete them too',
    others: null,
  };
}

function leftCauses({ left }: Pick<RemovalOrder, 'left'>): string[] {
  return [
    left.kept > 0 ? `${formatCount(left.kept)} kept` : null,
    left.locked > 0 ? `${formatCount(left.locked)} locked on the camera` : null,
    left.inUse > 0 ? `${formatCount(left.inUse)} in use by an export` : null,
  ].filter((cause) => cause !== null);
}

/** What came of an order to delete: what goes where and when, and what was left and why. */
export function removalOutcome(order: RemovalOrder, wait: string | null): string {
  const left = leftWords(order);
  if (order.ordered === 0) return `Nothing was deleted. ${left}`.trim();
  const what = sizedCount({ clips: order.ordered, bytes: order.bytes });
  const isOne = order.ordered === 1;
  const where = order.toTrash
    ? isOne
      ? 'goes to the trash'
      : 'go to the trash'
    : isOne
      ? 'is deleted'
      : 'are deleted';
  const done = wait === null ? `${what} ${where}.` : `${what} will be deleted ${wait}.`;
  return `${done} ${left}`.trim();
}

function leftWords(order: RemovalOrder): string {
  const causes = leftCauses(order);
  const { notThere } = order.left;
  if (notThere > 0) causes.push(`${formatCount(notThere)} no longer in the archive`);
  return causes.length > 0 ? `Left: ${joinWords(causes)}.` : '';
}

/** What came of an order to restore clips from the trash. `byRule`: a rule had deleted them. */
export function restoreOutcome(
  order: RemovalOrder,
  { byRule, wait }: { byRule: boolean; wait: string | null },
): string {
  const { ordered, left } = order;
  if (ordered === 0) {
    const subject = left.notThere > 1 ? 'They are' : 'It is';
    return `Nothing was restored. ${subject} no longer in the trash: its time was over, or room was needed.`;
  }
  const isOne = ordered === 1;
  const back =
    wait === null
      ? `${countOf(ordered, 'clip')} ${isOne ? 'comes' : 'come'} back into the archive`
      : `${countOf(ordered, 'clip')} will be restored ${wait}`;
  const kept = byRule ? `, and ${isOne ? 'is' : 'are'} kept from now on` : '';
  const gone = left.notThere > 0 ? ` ${formatCount(left.notThere)} no longer in the trash.` : '';
  return `${fullStop(`${back}${kept}`)}${gone}`;
}

/** What came of pinning clips, or of letting go of them. */
export function keepOutcome(changed: number, kept: boolean): string {
  const what = countOf(changed, 'clip');
  if (changed === 0)
    return kept ? 'Nothing was changed: they are kept already.' : 'Nothing was changed: they are not kept.';
  if (kept) return `${what} kept: no rule deletes ${changed === 1 ? 'it' : 'them'}.`;
  return `${what} let go: the rules apply to ${changed === 1 ? 'it' : 'them'} again.`;
}

export type BatchDeed = 'Deleting' | 'Restoring' | 'Keeping' | 'Letting go';

/** What is being done to many clips, portion by portion. */
export function batchWords(deed: BatchDeed, done: number, total: number): string {
  return `${deed}: ${formatCount(done)} of ${countOf(total, 'clip')}`;
}

/** What is said when a later portion was refused. */
export function brokenOffWords(deed: string, done: number, total: number): string {
  return done === 0 ? deed : `${deed}: ${formatCount(done)} of ${countOf(total, 'clip')} went through`;
}
