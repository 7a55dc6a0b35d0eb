import { afterEach, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { startSimulatedCamera } from '../simulator/simulated-camera.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { startTestApp } from './test-app.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

test("a camera's recordings arrive in the archive and can be played", async () => {
  const camera = await startSimulatedCamera();
  closers.push(() => camera.stop());
  for (let minute = 0; minute < 3; minute++) {
    camera.card.addClip({
      startedLocal: new Date(Date.UTC(2026, 5, 28, 13, minute)),
      channel: 'front',
      source: tinyMp4Source(minute, 300_000 + minute),
    });
  }
  const app = await startTestApp({ cameraAddress: camera.address });
  closers.push(() => app.close());
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(3), 10_000);
  const day = await app.call(routes.getDay, { params: { day: '2026-06-28' } });
  expect(day.captures).toHaveLength(3);
  const clip = day.captures[0]!.clips[0]!;
  const video = await app.fetch(`/api/clips/${clip.id}/video`, { headers: { range: 'bytes=0-99' } });
  expect(video.status).toBe(206);
  expect((await video.arrayBuffer()).byteLength).toBe(100);
  expect(camera.maxConcurrent).toBe(1);
});
