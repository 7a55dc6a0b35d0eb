import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import type { Journey } from '../src/shared/journeys.ts';
import { routes } from '../src/shared/routes.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { addDrive } from '../simulator/single-drive.ts';
import { startSimulatedCamera } from '../simulator/simulated-camera.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';

/** Of each clip; the third is followed by a gap, and two more. */
export const clipSeconds = 20;
export const gapSeconds = 60;
export const beganAt = Date.UTC(2026, 5, 28, 9, 0, 0);
export const day = '2026-06-28';

export interface Played {
  app: TestApp;
  journey: Journey;
  stop: () => Promise<void>;
}

/** A drive of two lenses, with borders between its clips and a gap in the middle, and one three hours later, fetched from a camera. */
export async function startPlayed(
  webRoot = fileURLToPath(new URL('../dist/web', import.meta.url)),
): Promise<Played> {
  const factory = createClipFactory({ cacheDir: '.cache/simulator' });
  const camera = await startSimulatedCamera();
  const parts = [
    { from: 0, seconds: 3 * clipSeconds },
    { from: 3 * clipSeconds + gapSeconds, seconds: 2 * clipSeconds },
    { from: 3 * 60 * 60, seconds: 2 * clipSeconds },
  ];
  for (const [seed, { from, seconds }] of parts.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of recording
    await addDrive(camera.card, factory, {
      startedAt: new Date(beganAt + from * 1000),
      points: Array.from({ length: seconds }, (_, second) => ({
        latitude: 53.8 + ((from + second) * 15) / 111_195,
        longitude: -1.55,
        speedMps: 15,
        courseDegrees: 0,
      })),
      zoneOffsetMinutes: 60,
      channels: ['front', 'rear'],
      clipSeconds,
      seed: seed + 1,
    });
  }
  const app = await startTestApp({ webRoot, pollMs: 500, cameraAddress: camera.address });
  const stop = async () => {
    await app.close();
    await camera.stop();
  };
  const journey = await vi.waitFor(
    async () => {
      expect((await app.call(routes.getStatus)).archive.clips).toBe(14);
      const { isPending, items } = await app.call(routes.getDayJourneys, { params: { day } });
      expect(isPending).toBe(false);
      const journeys = items.flatMap((item) => (item.kind === 'journey' ? [item] : []));
      expect(journeys).toHaveLength(2);
      expect(journeys[0]?.captures).toHaveLength(5);
      for (const { clips } of journeys[0]!.captures)
        for (const { media } of clips) expect(media?.fps).toBeGreaterThan(1);
      return journeys[0]!.journey;
    },
    { timeout: 60_000, interval: 200 },
  );
  return { app, journey, stop };
}
