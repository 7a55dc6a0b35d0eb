import type { Confirmation, Obstacle, ProtectedAmounts, RetentionSettings } from '../../shared/retention.ts';
import { protections } from '../../shared/retention.ts';
import type { SweepPlan } from './retention-types.ts';

/** The days that the header of a sweep names: of the general rule, else of the strictest of the others. */
export function daysOf(rules: Pick<RetentionSettings, 'retentionDays' | 'retentionRules'>): number {
  if (rules.retentionDays > 0) return rules.retentionDays;
  const others = rules.retentionRules.map(({ days }) => days).filter((days) => days > 0);
  return others.length === 0 ? 0 : Math.min(...others);
}

export function shareMessage({ clips, ofClips, sharePct, limitPct }: Confirmation): string {
  return (
    `The rules would delete ${clips} of ${ofClips} clips; with the last 24 hours' deletions that is ` +
    `${Math.round(sharePct)} % of the archive, and more than ${limitPct} % goes only when somebody says so.`
  );
}

export function shareObstacle(confirmation: Confirmation): Obstacle {
  return {
    code: 'share',
    message: shareMessage(confirmation),
    advice: 'Look at the plan on the page Storage, and let it go or change the rules.',
  };
}

/** The disk's rule is broken by what is not ours, and deleting recordings would not mend it. */
export function otherDataObstacle({ shortfall }: SweepPlan): Obstacle | null {
  if (shortfall?.cause !== 'other_data') return null;
  const limit = shortfall.rule === 'disk' ? 'disk is fuller than its rule allows' : 'quota is used up';
  return {
    code: 'other_data',
    message: `The ${limit}, and most of it is other data: no recording is deleted for that.`,
    advice: 'Free space on the volume, or raise the limit on the page Storage.',
  };
}

/** A person stopped a sweep. */
export const heldObstacle: Obstacle = {
  code: 'stopped',
  message: 'The sweep was stopped by hand; nothing is deleted by rule until somebody lets it go on.',
  advice:
    'Run it on the page Storage. It also goes on after a change of the rules or a new start of the program.',
};

export const nothingProtected = (): ProtectedAmounts =>
  Object.fromEntries(
    protections.map((protection) => [protection, { clips: 0, bytes: 0 }]),
  ) as ProtectedAmounts;
