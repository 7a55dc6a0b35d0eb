import type { CameraRow } from '../db/schema.ts';

/** A folder name of the camera's own: none that another camera has, none that could be a date's or ours. */
export function folderName(name: string, others: readonly CameraRow[]): string {
  const letters = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const plain =
    /^[A-Za-z]/.test(letters) && letters.toLowerCase() !== 'unclassified'
      ? letters
      : `camera-${letters}`.replace(/-$/, '');
  const taken = new Set(others.map((row) => row.archive_folder.toLowerCase()));
  for (let number = 1; ; number++) {
    const folder = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(folder.toLowerCase())) return folder;
  }
}
