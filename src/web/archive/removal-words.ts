/** The sentences of deleting, keeping and restoring clips of the archive. */
import type { RemovalOrder } from '../../shared/retention.ts';
import type { VolumeState } from '../../shared/status.ts';
import { formatBytes, joinWords } from '../format.ts';
import { partOf, protectedIn, type Part, type RemovalPlan } from './removal-plan.ts';
import { t } from './texts.ts';

/** When what was ordered is done, if the archive is not there for it now: `when the archive is back`. */
export function waitWords(state: VolumeState | undefined): string | null {
  switch (state) {
    case 'missing':
    case 'unmarked':
    case 'foreign':
      return t('waitBack');
    case 'unwritable':
      return t('waitWritable');
    case 'slow':
      return t('waitAnswers');
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
  const causes = [amountOf(plan.kept, 'amountKept'), amountOf(plan.locked, 'amountLocked')];
  const isProtected = plan.others.length < total.clips;
  const hasOthers = isProtected && plan.others.length > 0;
  const lines = [
    isProtected && total.clips === 1 ? t(plan.kept.clips > 0 ? 'isKept' : 'isLocked') : null,
    isProtected && total.clips > 1
      ? t('protectedAmong', { causes: joinWords(causes.filter((cause) => cause !== null)) })
      : null,
    plan.trashHours > 0 ? t('staysInTrash', { time: hoursWords(plan.trashHours) }) : t('noTrash'),
  ];
  return {
    title: t(plan.trashHours > 0 ? 'askDelete' : 'askDeleteForGood', { what: sizedCount(total) }),
    lines: lines.filter((line) => line !== null),
    all: deedWords(isProtected, hasOthers),
    others: hasOthers ? t('onlyOthers') : null,
  };
}

function deedWords(isProtected: boolean, hasOthers: boolean): string {
  if (hasOthers) return t('deleteThemToo');
  return t(isProtected ? 'deleteAllTheSame' : 'deleteForGood');
}

function amountOf({ clips, bytes }: Part, what: 'amountKept' | 'amountLocked'): string | null {
  return clips > 0 ? t(what, { count: clips, size: formatBytes(bytes) }) : null;
}

/** `2 clips (180 MB)` */
function sizedCount({ clips, bytes }: Part): string {
  const what = t('clips', { count: clips });
  return bytes > 0 ? t('sized', { what, size: formatBytes(bytes) }) : what;
}

function hoursWords(hours: number): string {
  return hours >= 48 && hours % 24 === 0 ? t('days', { count: hours / 24 }) : t('hours', { count: hours });
}

/** What is asked when the server left clips of which only it knows that they are protected. */
export function leftQuestion(order: RemovalOrder): QuestionWords {
  const left = protectedIn(order);
  const before = order.ordered > 0 ? [t('othersWent', { count: order.ordered })] : [];
  return {
    title: t('askDeleteToo', { count: left }),
    lines: [
      ...before,
      t('leftAre', { causes: joinWords(leftCauses(order)) }),
      ...(order.toTrash ? [] : [t('noTrash')]),
    ],
    all: t(left === 1 ? 'deleteItToo' : 'deleteThemToo'),
    others: null,
  };
}

function leftCauses({ left }: Pick<RemovalOrder, 'left'>): string[] {
  return [
    left.kept > 0 ? t('leftKept', { count: left.kept }) : null,
    left.locked > 0 ? t('leftLocked', { count: left.locked }) : null,
    left.inUse > 0 ? t('leftInUse', { count: left.inUse }) : null,
  ].filter((cause) => cause !== null);
}

/** What came of an order to delete: what goes where and when, and what was left and why. */
export function removalOutcome(order: RemovalOrder, wait: string | null): string {
  const left = leftWords(order);
  if (order.ordered === 0) return `${t('nothingDeleted')} ${left}`.trim();
  const what = sizedCount({ clips: order.ordered, bytes: order.bytes });
  const count = order.ordered;
  const done =
    wait === null
      ? t(order.toTrash ? 'toTrash' : 'areDeleted', { count, what })
      : t('willBeDeleted', { count, what, wait });
  return `${done} ${left}`.trim();
}

function leftWords(order: RemovalOrder): string {
  const causes = leftCauses(order);
  const { notThere } = order.left;
  if (notThere > 0) causes.push(t('leftNotThere', { count: notThere }));
  return causes.length > 0 ? t('leftAre', { causes: joinWords(causes) }) : '';
}

/** What came of an order to restore clips from the trash. `byRule`: a rule had deleted them. */
export function restoreOutcome(
  order: RemovalOrder,
  { byRule, wait }: { byRule: boolean; wait: string | null },
): string {
  const { ordered, left } = order;
  if (ordered === 0) return t('notRestored', { count: Math.max(1, left.notThere) });
  const back =
    wait === null
      ? t(byRule ? 'comeBackKept' : 'comeBack', { count: ordered })
      : t(byRule ? 'willComeBackKept' : 'willComeBack', { count: ordered, wait });
  return left.notThere > 0 ? `${back} ${t('notInTrash', { count: left.notThere })}` : back;
}

/** What came of pinning clips, or of letting go of them. */
export function keepOutcome(changed: number, kept: boolean): string {
  if (changed === 0) return t(kept ? 'keptAlready' : 'notKept');
  return t(kept ? 'nowKept' : 'nowLetGo', { count: changed });
}

export type BatchDeed = 'deleting' | 'restoring' | 'keeping' | 'lettingGo';

/** What is being done to many clips, portion by portion. */
export function batchWords(deed: BatchDeed, done: number, total: number): string {
  return t(deed, { done, clips: t('clips', { count: total }) });
}

/** What is said when a later portion was refused. */
export function brokenOffWords(deed: string, done: number, total: number): string {
  return done === 0 ? deed : t('brokenOff', { deed, done, clips: t('clips', { count: total }) });
}
