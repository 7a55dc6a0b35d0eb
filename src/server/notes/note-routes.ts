import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { ClipNotes } from './clip-notes-service.ts';
import type { MarkService } from './mark-service.ts';

export interface NoteRouteDeps {
  notes: ClipNotes;
  marks: MarkService;
  undo: { undo(token: string): Promise<number> };
}

/** Notes and tags of clips, and marks of many moments at once. */
export function noteRoutes(app: FastifyInstance, { notes, marks, undo }: NoteRouteDeps): void {
  serve(app, routes.tagClips, ({ body }) => notes.tag(body));
  serve(app, routes.noteClips, ({ body: { clipIds, note } }) => notes.note(clipIds, note));
  serve(app, routes.listTags, async () => ({ tags: await notes.tags() }));
  serve(app, routes.addMarks, ({ body }) => marks.addSeveral(body.marks));
  serve(app, routes.undoNotes, async ({ body }) => ({ changed: await undo.undo(body.undo) }));
}
