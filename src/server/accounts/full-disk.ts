import { cannotWrite } from '../db/unwritable.ts';
import { AppError, errnoOf } from '../lib/errors.ts';

const refusals = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO']);

/**
 * Carries a change out; what the disk of the configuration folder refuses becomes a sentence for people. `what` begins
 * it: `The password`.
 */
export async function orUnavailable<T>(what: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!cannotWrite(error) && !refusals.has(errnoOf(error) ?? '')) throw error;
    throw new AppError(
      'unavailable',
      `${what} could not be written: the disk of the configuration folder is full or cannot be written. Make room there and try again.`,
    );
  }
}
