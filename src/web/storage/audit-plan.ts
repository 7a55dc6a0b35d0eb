/** By what the log of deletions is filtered. */
import type { AuditFilter } from './use-storage.ts';

export const reasonChoices = [
  { choice: 'all', word: 'All reasons' },
  { choice: 'age', word: 'Too old' },
  { choice: 'disk', word: 'The disk was too full' },
  { choice: 'quota', word: 'The quota was used up' },
  { choice: 'room', word: 'Room for a new clip' },
  { choice: 'hand', word: 'Deleted by you' },
  { choice: 'missing', word: 'Gone already' },
] as const;
export type ReasonChoice = (typeof reasonChoices)[number]['choice'];

/** What to ask the server for a choice: that a file was gone is no reason of ours, but what was found. */
export function reasonFilter(choice: ReasonChoice): Pick<AuditFilter, 'by' | 'action'> {
  if (choice === 'all') return {};
  return choice === 'missing' ? { action: 'missing' } : { by: choice };
}
