import { AppError } from '../lib/errors.ts';

/** A row in an order by time and, of the same instant, by id. */
export interface Cursor {
  at: number;
  id: number;
}

export const writeCursor = ({ at, id }: Cursor): string => `${at}.${id}`;

/** Null without one. Throws an `AppError('invalid')` for what no page has given out. */
export function readCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const [, at, id] = /^(-?\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (at === undefined || id === undefined)
    throw new AppError('invalid', 'This is not a place in the list. Load it anew.');
  return { at: Number(at), id: Number(id) };
}
