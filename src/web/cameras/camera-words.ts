/** The sentences of adding and keeping cameras. */
import type { Camera, CameraTest } from '../../shared/cameras.ts';
import { formatBytes, joinWords } from '../format.ts';
import { locale } from '../text/text.ts';
import { modelWords, recordingWords } from '../words.ts';
import { t } from './texts.ts';

/** What a successful test found: model, firmware, recording, room on the card. */
export function foundFacts(test: CameraTest): [string, string | null][] {
  return [
    [t('model'), modelWords(test)],
    [t('recording'), recordingWords(test.recording)],
    [t('freeOnCard'), test.freeBytes === null ? null : formatBytes(test.freeBytes)],
  ];
}

/** A name to begin with: the model, or what it is. */
export function suggestedName(test: CameraTest | undefined): string {
  return test?.model ?? t('dashcam');
}

/** `2 entries could not be understood` */
export function notesTitle(count: number): string {
  return t('notUnderstood', { count });
}

/** How long a short piece of work took: `12 ms`, `0.8 s`, `14 s`. */
export function formatCost(ms: number): string {
  if (ms < 100) return `${Math.round(ms)}\u00a0ms`;
  const seconds = ms / 1000;
  return `${seconds.toLocaleString(locale, { maximumFractionDigits: seconds < 10 ? 1 : 0 })}\u00a0s`;
}

/** With which other cameras it shares a car, and what that means. */
export function vehicleWords(
  camera: Pick<Camera, 'id' | 'vehicle'>,
  cameras: readonly Pick<Camera, 'id' | 'name' | 'vehicle'>[],
): string {
  const names = cameras
    .filter(({ id, vehicle }) => id !== camera.id && vehicle !== null && vehicle === camera.vehicle)
    .map(({ name }) => name);
  if (names.length > 0) return t('sameCar', { names: joinWords(names) });
  return t('ownCar');
}
