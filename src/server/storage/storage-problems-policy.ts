import type { DiskForecast, Measure } from '../../shared/storage.ts';

/** What is to be said of the disk; null where there is nothing. */
export interface StorageProblems {
  rules: { message: string; advice: string } | null;
  recycle: { message: string; advice: string } | null;
}

/** So much in a recycle bin is worth a word: bytes, and of the volume. */
const recycleBytes = 1e9;
const recycleShare = 0.05;

export function storageProblems(
  { forecast, measure }: { forecast: DiskForecast; measure: Measure },
  totalBytes: number | null,
): StorageProblems {
  return { rules: rulesProblem(forecast), recycle: recycleProblem(measure.recycleBytes, totalBytes) };
}

function rulesProblem({ tooShort, daysHeld, daysAsked }: DiskForecast): StorageProblems['rules'] {
  if (!tooShort || daysHeld === null) return null;
  return {
    message: `The disk holds about ${inDays(daysHeld)} of recordings as they come in now; the rules ask for ${daysAsked}.`,
    advice:
      'Ask for fewer days, give parking clips a shorter rule of their own, or make the disk or the quota larger. Until then the oldest go earlier, or downloads stop.',
  };
}

function inDays(days: number): string {
  const whole = Math.floor(days);
  return whole === 1 ? '1 day' : `${whole} days`;
}

function recycleProblem(bytes: number, totalBytes: number | null): StorageProblems['recycle'] {
  if (bytes <= recycleBytes || totalBytes === null || bytes <= totalBytes * recycleShare) return null;
  return {
    message: `A recycle bin inside the recordings folder holds ${(bytes / 1e9).toFixed(1)} GB of files that were deleted and still take their room.`,
    advice:
      'Empty it, and switch the recycle bin of this share off: what is deleted here lies in the trash of this program first.',
  };
}
