/** Something that no client of ours may ever send (camera.md 1.11). */
export interface Violation {
  reason: 'destructive' | 'disruptive' | 'bare-setting' | 'delete-link' | 'post';
  /** Null for what is no command. */
  cmd: number | null;
  target: string;
}

const destructive = new Set([3010, 3011, 3013, 3026, 3027, 4004, 5001, 5002, 9317]);
const disruptive = new Set([
  3003, 3004, 3018, 3021, 3023, 3032, 3033, 8093, 8230, 8231, 9095, 9310, 9316, 9327, 9352, 9353, 9423,
]);

/** Why a command is forbidden whatever its parameters; null when it is not. 4003 is judged by what it deletes. */
export function forbidden(cmd: number): 'destructive' | 'disruptive' | null {
  if (destructive.has(cmd)) return 'destructive';
  return disruptive.has(cmd) ? 'disruptive' : null;
}
