/** What was wrong with the bytes of a clip when they were read again. */
export type CheckFault =
  | { kind: 'rotten'; mtimeMs: number; knownMtimeMs: number | null }
  | { kind: 'length'; bytes: number; knownBytes: number }
  | { kind: 'unreadable'; code: string };

export type CheckFaultKind = CheckFault['kind'];

const sameTimeMs = 2000;
const cannotRead = 'The disk cannot read it';
const otherHash = 'Its checksum is not the one that was taken down for it';

/** In words for people, which are kept with the clip; times of files are told in UTC. */
export function faultMessage(fault: CheckFault): string {
  switch (fault.kind) {
    case 'length':
      return `It is ${fault.bytes} bytes long, and was ${fault.knownBytes} when it was stored.`;
    case 'unreadable':
      return `${cannotRead} (${fault.code}).`;
    case 'rotten': {
      const { mtimeMs, knownMtimeMs } = fault;
      const wasWritten = knownMtimeMs !== null && Math.abs(mtimeMs - knownMtimeMs) > sameTimeMs;
      return wasWritten
        ? `${otherHash}: something wrote to it on ${new Date(mtimeMs).toISOString().slice(0, 10)}.`
        : `${otherHash}, although nothing has written to it since: its disk, or what lies between, spoils data.`;
    }
  }
}

/** Which fault a clip's words tell of. Only `rotten` is proven by a checksum. */
export function faultKindOf(message: string): CheckFaultKind {
  if (message.startsWith(otherHash)) return 'rotten';
  return message.startsWith(cannotRead) ? 'unreadable' : 'length';
}

/** Codes of errors by which the disk says that the bytes of this one file are lost. */
export const isLost = (code: string | undefined): boolean =>
  ['EIO', 'EUCLEAN', 'EILSEQ', 'EBADMSG'].includes(code ?? '');

const namesShown = 3;
const putBack = {
  one: 'Put it back from a backup, or fetch it again while the camera still has it, and have it checked again (Health).',
  several:
    'Put them back from a backup, or fetch them again while the camera still has them, and have them checked again (Health).',
};

/** Of the problem that names bad files; null when there are none. Spoilt is only what a checksum proves to be. */
export function checkProblem(
  bad: readonly { path: string; message: string }[],
  count: number,
): { message: string; advice: string } | null {
  const [first] = bad;
  if (!first) return null;
  const names = bad.slice(0, namesShown).map(({ path }) => path);
  const more = count > names.length ? `, and ${count - names.length} more` : '';
  const isProven = count <= bad.length && bad.every(({ message }) => faultKindOf(message) === 'rotten');
  const what = isProven ? 'spoilt' : 'not as they were stored';
  return {
    message:
      count === 1
        ? `A file of the archive is ${isProven ? 'spoilt' : 'not as it was stored'}: ${first.path}. ${first.message}`
        : `${count} files of the archive are ${what}: ${names.join(', ')}${more}.`,
    advice: `${count === 1 ? putBack.one : putBack.several} Look after the disk: where one file is spoilt, others may be.`,
  };
}

const dayMs = 24 * 60 * 60_000;

/** The last check: when it began and ended. */
export interface LastCheck {
  startedAt: number;
  /** Null: it is under way, or was cut off and goes on. */
  endedAt: number | null;
  /** A person began it. */
  byHand: boolean;
  /** A person ended it before it was through: the next one goes on where it was. */
  wasStopped: boolean;
}

/** Whether a check is to be under way now: one that was begun goes on, and every `checkDays` (0: never) one begins. */
export function isCheckDue(last: LastCheck | null, checkDays: number, now: number): boolean {
  if (last && last.endedAt === null) return last.byHand || checkDays > 0;
  if (checkDays === 0) return false;
  return last === null || now - last.startedAt >= checkDays * dayMs || last.startedAt > now;
}

/** The check that begins now: what was cut off or stopped goes on, all that it has not read since it began. */
export function beginCheck(last: LastCheck | null, byHand: boolean, now: number): LastCheck {
  const goesOn = last !== null && (last.endedAt === null || last.wasStopped) && last.startedAt <= now;
  return { startedAt: goesOn ? last.startedAt : now, endedAt: null, byHand, wasStopped: false };
}
