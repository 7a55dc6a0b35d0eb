/** Hour of the night, where the user lives, from which on the day's backup is made. */
const backupHour = 3;
/** A machine that is off at night makes it up as soon as it runs. */
const latestAfterMs = 26 * 60 * 60_000;

export interface BackupMoment {
  now: number;
  /** When the last good backup was made; null when there is none. */
  lastAt: number | null;
  /** When this process started. */
  startedAt: number;
  /** Minutes east of UTC, now, where the user lives. */
  offsetMinutes: number;
}

/** A new installation has nothing to lose in its first minutes. */
const firstAfterMs = 10 * 60_000;

/** Whether the nightly backup is due: once a day from three o'clock on, or when the last is more than 26 hours old. */
export function isBackupDue({ now, lastAt, startedAt, offsetMinutes }: BackupMoment): boolean {
  if (lastAt === null) return now - startedAt >= firstAfterMs;
  // A clock that was ahead must not stop the backups until it is reached.
  if (lastAt > now) return lastAt - now > latestAfterMs;
  if (now - lastAt >= latestAfterMs) return true;
  const local = (at: number) => new Date(at + offsetMinutes * 60_000).toISOString();
  const isNight = Number(local(now).slice(11, 13)) >= backupHour;
  const lastNight = new Date(lastAt - backupHour * 60 * 60_000).getTime();
  const thisNight = new Date(now - backupHour * 60 * 60_000).getTime();
  return isNight && local(lastNight).slice(0, 10) < local(thisNight).slice(0, 10);
}
