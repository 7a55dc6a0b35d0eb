import { z } from 'zod';
import { chosenIds, noteSchema, notesChangeSchema, tagChangeSchema } from './notes.ts';
import { ownMarkInputSchema } from './own-marks.ts';
import { route } from './route.ts';

/** What people say of recordings. */
export const notesRoutes = {
  tagClips: route({
    method: 'POST',
    path: '/api/clips/tags',
    summary: 'Give clips tags, or take some away; tags are compared without case',
    body: tagChangeSchema,
    response: notesChangeSchema,
  }),
  noteClips: route({
    method: 'POST',
    path: '/api/clips/note',
    summary: 'Write a note to clips, in place of the one they have; an empty one takes it away',
    body: z.object({ clipIds: chosenIds, note: noteSchema }).strict(),
    response: notesChangeSchema,
  }),
  undoNotes: route({
    method: 'POST',
    path: '/api/notes/undo',
    summary: 'Take back a change of notes, tags or marks, as far as nothing has changed since',
    body: z.object({ undo: z.string().min(1).max(100) }).strict(),
    response: z.object({ changed: z.number().int() }),
  }),
  listTags: route({
    method: 'GET',
    path: '/api/tags',
    summary: 'The tags in use, in the order of the alphabet; the first 500',
    response: z.object({ tags: z.array(z.string()) }),
  }),
  addMarks: route({
    method: 'POST',
    path: '/api/marks/several',
    summary: 'Mark several moments; one that is marked with the same words already stays one',
    body: z.object({ marks: z.array(ownMarkInputSchema).min(1).max(200) }).strict(),
    response: notesChangeSchema,
  }),
} as const;
