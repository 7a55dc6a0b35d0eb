import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/** Without 0, O, 1, I, L, 5, S, 8, B and U, which look like others: it is read off a log and typed. */
const alphabet = 'ACDEFGHJKMNPQRTVWXYZ234679';
const groupLength = 4;
const minGivenLength = 6;

/** A new one-time code, `K7QF-2MPX`. */
export function makeSetupCode(): string {
  return `${group()}-${group()}`;
}

function group(): string {
  return Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** What is wrong with a code of the user's own (`VIOFOSYNC_SETUP_CODE`), or null. */
export function mistakeInSetupCode(given: string): string | null {
  return essence(given).length < minGivenLength
    ? `a code needs at least ${minGivenLength} letters or digits; spaces and dashes do not count`
    : null;
}

/** Whether the typed text is the code; letter case, spaces and dashes do not matter, nor does the time tell anything. */
export function isSetupCode(code: string, typed: string): boolean {
  return essence(code) !== '' && timingSafeEqual(digest(essence(code)), digest(essence(typed)));
}

const essence = (text: string) => text.replaceAll(/[\s\p{Pd}]/gu, '').toUpperCase();
const digest = (text: string) => createHash('sha256').update(text).digest();
