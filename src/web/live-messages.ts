import './zod-setup.ts';
import { z } from 'zod';
import { eventSchemas, type EventName, type LiveMessage } from '../shared/events.ts';

const message = <K extends EventName>(event: K) =>
  z.object({ event: z.literal(event), payload: eventSchemas[event] });
const liveMessageSchema = z.discriminatedUnion('event', [
  message('camera.changed'),
  message('sync.changed'),
  message('transfer.progressed'),
  message('clip.archived'),
  message('clips.changed'),
  message('media.made'),
  message('media.changed'),
  message('import.changed'),
  message('journeys.changed'),
  message('places.changed'),
  message('marks.changed'),
  message('clock.changed'),
  message('visit.changed'),
  message('archive.changed'),
  message('retention.changed'),
  message('storage.changed'),
  message('problems.changed'),
  message('system.changed'),
  message('sessions.changed'),
  message('settings.changed'),
  message('log.written'),
]);

/** Reads one message of the live channel; null when it is not one we know. */
export function parseLiveMessage(text: string): LiveMessage | null {
  return liveMessageSchema.safeParse(readJson(text)).data ?? null;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
