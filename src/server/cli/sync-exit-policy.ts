/** How `sync --once` ends; scripts rely on these numbers. */
export const syncExit = {
  done: 0,
  unexpected: 1,
  usage: 2,
  camera: 3,
  clips: 4,
  destination: 5,
  locked: 6,
} as const;
export type SyncExit = (typeof syncExit)[keyof typeof syncExit];

/** For `--help` and the documents. */
export const syncExitWords: [code: string, meaning: string][] = [
  ['0', 'all that was wanted is here'],
  ['1', 'something unexpected went wrong'],
  ['2', 'wrong usage or configuration; nothing was begun'],
  ['3', 'no camera there, another device, or it could not be listed'],
  ['4', 'some clips could not be fetched'],
  ['5', 'the destination cannot take clips: missing, full, or not to be written'],
  ['6', 'another run, or the server, works on the same state'],
  ['130, 143', 'stopped by Ctrl-C (SIGINT), by SIGTERM; what has arrived is kept'],
];
