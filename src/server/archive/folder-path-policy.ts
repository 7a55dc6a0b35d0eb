const latestMs = Date.UTC(2100, 0, 1);

/** A time of last write that a calendar can show. */
export const plausibleMs = (ms: number): number => Math.round(Math.min(Math.max(ms, 0), latestMs));

/** Path of an entry of a folder, both below the archive root. */
export const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
