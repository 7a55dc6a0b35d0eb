/** By what the log of deletions is filtered. */
import { wordsOf } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';
import type { AuditFilter } from './use-storage.ts';

const reasons = ['all', 'age', 'disk', 'quota', 'room', 'hand', 'missing'] as const;

export type ReasonChoice = (typeof reasons)[number];

const reasonWords = wordsOf<typeof en, ReasonChoice>(t, {
  all: 'reasonAll',
  age: 'reasonAge',
  disk: 'reasonDisk',
  quota: 'reasonQuota',
  room: 'reasonRoom',
  hand: 'reasonHand',
  missing: 'reasonMissing',
});

export const reasonChoices = () => reasons.map((choice) => ({ value: choice, label: reasonWords[choice] }));

export function isReasonChoice(value: string): value is ReasonChoice {
  return reasons.some((reason) => reason === value);
}

/** What to ask the server for a choice: that a file was gone is no reason of ours, but what was found. */
export function reasonFilter(choice: ReasonChoice): Pick<AuditFilter, 'by' | 'action'> {
  if (choice === 'all') return {};
  return choice === 'missing' ? { action: 'missing' } : { by: choice };
}
