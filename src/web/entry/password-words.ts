import { minPasswordLength, newPasswordSchema } from '../../shared/accounts.ts';
import { t } from './texts.ts';

/** What is wrong with a password that somebody chooses, as a sentence; null when nothing is. */
export function newPasswordProblem(password: string): string | null {
  if (password.length < minPasswordLength) return t('passwordShort', { count: minPasswordLength });
  return newPasswordSchema.safeParse(password).success ? null : t('passwordLong');
}
