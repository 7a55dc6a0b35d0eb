/** The sentences of the present visit of a camera. */
import type { Camera, Outlook, Session } from '../../shared/cameras.ts';
import { countOf, formatAbout, formatBytes, formatInstant, formatSpeed } from '../format.ts';
import type { Tone } from '../words.ts';

const outlookTones: Record<Outlook['verdict'], Tone> = {
  done: 'green',
  enough: 'accent',
  perhaps: 'amber',
  not_enough: 'amber',
  unknown: 'quiet',
};

/** How good the outlook of a visit is; its sentence is the server's. */
export function outlookTone({ outlook }: Session): Tone {
  return outlookTones[outlook.verdict];
}

/** Figures of a visit, each under its name; what is not known is left out. */
export function sessionFacts(session: Session): [string, string | null][] {
  const { bytesPerSecond, averageBytesPerSecond, remainingClips, remainingBytes, remainingMs } = session;
  return [
    ['Speed', bytesPerSecond === null ? null : formatSpeed(bytesPerSecond)],
    ['On average', averageBytesPerSecond === null ? null : formatSpeed(averageBytesPerSecond)],
    ['Time left', remainingMs === null || remainingClips === 0 ? null : formatAbout(remainingMs)],
    ['Still to come', remainingClips === 0 ? 'Nothing' : amount(remainingClips, remainingBytes)],
    [
      'Brought so far',
      session.clips === 0 && session.bytes === 0 ? 'Nothing yet' : amount(session.clips, session.bytes),
    ],
  ];
}

function amount(clips: number, bytes: number): string {
  return clips === 0 ? formatBytes(bytes) : `${countOf(clips, 'clip')}, ${formatBytes(bytes)}`;
}

/** `Here since 18:40, by its other address` */
export function hereWords(camera: Camera, now: number): string {
  const { session } = camera;
  if (!session) return 'Here';
  const by = session.connection === 'alternative' ? ', by its other address' : '';
  return `Here since ${formatInstant(session.since, now)}${by}`;
}

/** `12 clips, 1.4 GB so far; about 9 min to go` of a visit, for a glance. */
export function visitSoFar(session: Session): string {
  const so =
    session.clips === 0 && session.bytes === 0
      ? 'Nothing brought yet'
      : `${amount(session.clips, session.bytes)} so far`;
  if (session.remainingClips === 0) return so;
  const left = session.remainingMs === null ? '' : `, ${formatAbout(session.remainingMs)}`;
  return `${so}; ${countOf(session.remainingClips, 'clip')} to go${left}`;
}
