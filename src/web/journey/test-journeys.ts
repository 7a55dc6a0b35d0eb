/** Journeys and stops for tests, each with what matters to one test laid over it. */
import { journeySchema, stopSchema, type Journey, type Stop } from '../../shared/journeys.ts';

const span = {
  id: 1,
  cameraId: 1,
  startedAt: Date.UTC(2026, 8, 3, 9),
  endedAt: Date.UTC(2026, 8, 3, 10),
  startZone: 'Europe/London',
  endZone: 'Europe/London',
  localDay: '2026-09-03',
  completeness: { captures: 0, archived: 0, waiting: 0, lost: 0, gone: 0 },
};
const end = { position: { latitude: 53.8, longitude: -1.5 }, name: null };

export function testJourney(over: Partial<Journey> = {}): Journey {
  return journeySchema.parse({
    ...span,
    name: null,
    note: null,
    tag: null,
    isEdited: false,
    from: end,
    to: end,
    distanceM: 20_000,
    movingMs: 3_000_000,
    topSpeedMps: null,
    meanSpeedMps: null,
    marks: [],
    isTriage: false,
    ...over,
  });
}

export function testStop(over: Partial<Stop> = {}): Stop {
  return stopSchema.parse({ ...span, at: end, isInferred: false, isOpen: false, ...over });
}
