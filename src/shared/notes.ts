/** What people say of recordings: notes and tags of clips. */
import { z } from 'zod';

/** So many clips are changed, chosen or handed out at once. */
export const mostChosen = 20_000;
export const mostTagLetters = 40;
export const mostNoteLetters = 5000;
/** Of one clip. */
export const mostTags = 30;

const tidied = (text: string): string => text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
const tagPattern = /^[^\p{Cc}\u2028\u2029,]*$/u;

/** One word or a few; commas and hidden signs would not survive a list. */
export const tagSchema = z
  .string()
  .transform(tidied)
  .pipe(
    z
      .string()
      .min(1, 'A tag needs a letter.')
      .max(mostTagLetters, `A tag has at most ${mostTagLetters} letters.`)
      .regex(tagPattern, 'A tag has no commas and no control characters.'),
  );

/** The tag in what somebody has written, as the schema reads it; null when there is none. */
export function tagIn(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const tag = tidied(text);
  return tag !== '' && tag.length <= mostTagLetters && tagPattern.test(tag) ? tag : null;
}

/** May have several lines; empty: none. */
export const noteSchema = z
  .string()
  .trim()
  .max(mostNoteLetters, `A note has at most ${mostNoteLetters} letters.`)
  .refine(
    (text) => !/[\p{Cc}\p{Cs}]/u.test(text.replaceAll(/[\r\n\t]/g, '')),
    'A note has no control characters.',
  );

const tags = z.array(tagSchema).max(mostTags);

export const chosenIds = z.array(z.number().int().positive()).min(1).max(mostChosen);

export const tagChangeSchema = z
  .object({ clipIds: chosenIds, add: tags.default([]), remove: tags.default([]) })
  .strict()
  .refine(({ add, remove }) => add.length + remove.length > 0, 'Name a tag.');
export type TagChange = z.infer<typeof tagChangeSchema>;

export const notesChangeSchema = z.object({
  changed: z.number().int(),
  /** Clips that have as many tags as one can have. */
  full: z.number().int(),
  /** Gives back what was, for a while, to `undoNotes`; null when nothing changed. */
  undo: z.string().nullable(),
});
export type NotesChange = z.infer<typeof notesChangeSchema>;
