import { z } from 'zod';
import type { Db } from '../db/open.ts';
import { messageOf } from '../lib/errors.ts';

/** Below the archive root: what only we know of the whole archive, in files that outlive the database. */
export const bookFolder = '.viofosync';

const bookNames = ['cameras', 'places', 'journeys', 'marks', 'settings'] as const;
export type BookName = (typeof bookNames)[number];

/** One file of the book: what is to be said in it, and how it is read. */
export interface Book<T> {
  name: BookName;
  /** Of its contents as JSON. */
  schema: z.ZodType<T>;
  /** What is to be said now, as JSON; null: nothing. */
  said: (db: Db) => Promise<object | null>;
}

/** `broken`: ours, but damaged or of a newer version; `foreign`: another program's. Neither is ever changed. */
export type BookReading<T> =
  | { kind: 'ours'; contents: T; rest: Record<string, unknown> }
  | { kind: 'broken'; reason: string }
  | { kind: 'foreign' };

const version = 1;

/** Where a file of the book may be, in the order of writing; the second is for where the first is not ours to change. */
export const bookPlaces = (name: string): readonly [usual: string, other: string] => [
  `${bookFolder}/${name}.json`,
  `${bookFolder}/${name}-2.json`,
];

/**
 * Reads a file `{ "viofosync": 1, "<key>": contents, ... }`. Fields of others are kept for writing; contents that are
 * not as they should be make it `broken`.
 */
export function decodeBook<T>(text: string, key: string, schema: z.ZodType<T>): BookReading<T> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { kind: 'broken', reason: messageOf(error) };
  }
  if (typeof data !== 'object' || data === null || !('viofosync' in data)) return { kind: 'foreign' };
  const { viofosync, ...others } = data;
  if (viofosync !== version) return { kind: 'broken', reason: `it is of version ${String(viofosync)}` };
  const { [key]: contents, ...rest } = others as Record<string, unknown>;
  const parsed = schema.safeParse(contents);
  if (!parsed.success) return { kind: 'broken', reason: messageOf(z.prettifyError(parsed.error)) };
  return { kind: 'ours', contents: parsed.data, rest };
}

/** The text of such a file; null when there is nothing to say. `rest`: fields of others that stay; `indent` 0: one long line. */
export function encodeBook(
  key: string,
  contents: object | null,
  rest: Record<string, unknown> = {},
  indent = 2,
): string | null {
  if (contents === null && Object.keys(rest).length === 0) return null;
  return `${JSON.stringify({ viofosync: version, [key]: contents ?? [], ...rest }, null, indent)}\n`;
}

/** For people: what is the matter with a file of the book, and what to do. */
export const unreadableProblem = (path: string): { message: string; advice: string } => ({
  message: `The file ${path} in the recordings folder cannot be read. It is kept as it is, and a new one is written beside it.`,
  advice: 'Put back a good copy of it, or repair it. If you do not need it, move it away.',
});

/** An instant in a file, as UTC milliseconds. */
export const instantSchema = z.iso.datetime().transform((text) => Date.parse(text));

export const instantText = (at: number): string => new Date(at).toISOString();
