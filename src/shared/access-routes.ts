import { z } from 'zod';
import { accountSessionIdSchema, accountSessionSchema } from './accounts.ts';
import { route } from './route.ts';
import {
  beginSetUpInputSchema,
  checkVolumeInputSchema,
  finishSetUpInputSchema,
  setUpDraftSchema,
  setUpViewSchema,
  volumeCheckSchema,
} from './set-up.ts';

const ok = z.object({ ok: z.literal(true) });

/** Who is logged in, and how an installation is set up. */
export const accessRoutes = {
  listSessions: route({
    method: 'GET',
    path: '/api/auth/sessions',
    summary: 'Who is logged in where, the one last used first',
    response: z.object({ sessions: z.array(accountSessionSchema) }),
  }),
  endSession: route({
    method: 'DELETE',
    path: '/api/auth/sessions/:id',
    summary: 'End a session; its open pages are told at once',
    params: z.object({ id: accountSessionIdSchema }),
  }),
  endOtherSessions: route({
    method: 'POST',
    path: '/api/auth/sessions/end-others',
    summary: 'End every session but this one',
    response: z.object({ ended: z.number().int() }),
  }),
  beginSetUp: route({
    method: 'POST',
    path: '/api/setup/begin',
    summary: "Show the code from the program's log; this browser may then set the installation up",
    body: beginSetUpInputSchema,
    response: ok,
  }),
  getSetUp: route({
    method: 'GET',
    path: '/api/setup',
    summary: 'What was answered so far, with what is known already filled in',
    response: setUpViewSchema,
  }),
  saveSetUp: route({
    method: 'PUT',
    path: '/api/setup',
    summary: 'Keep what was answered so far; nothing of it is in force yet',
    body: setUpDraftSchema,
    response: ok,
  }),
  checkVolume: route({
    method: 'POST',
    path: '/api/setup/check',
    summary: 'Try a folder by writing into it: room, speed, marker, kind of file system; within seconds',
    body: checkVolumeInputSchema,
    response: volumeCheckSchema,
  }),
  finishSetUp: route({
    method: 'POST',
    path: '/api/setup/finish',
    summary: 'Put the answers in force, set the first password and log in',
    body: finishSetUpInputSchema,
    response: ok,
  }),
} as const;
