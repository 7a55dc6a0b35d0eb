import { errnoOf } from '../lib/errors.ts';

/** Whether the database could not take a change: its disk is full, read-only or failing. Nothing was changed. */
export function cannotWrite(error: unknown): boolean {
  return /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN)/.test(errnoOf(error) ?? '');
}
