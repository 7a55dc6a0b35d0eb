/** The words of a pass. */
import type { Pass } from '../../shared/tracks.ts';
import { formatDay, formatLength, formatLocalTime, localTimeIn } from '../format.ts';
import { formatDriven, type DistanceUnits } from '../journey/units.ts';
import { t } from './texts.ts';

const directions = [
  'north',
  'northEast',
  'east',
  'southEast',
  'south',
  'southWest',
  'west',
  'northWest',
] as const;

/** `to the north-east`, of degrees from north. */
export function directionOf(degrees: number): string {
  const turn = ((degrees % 360) + 360) % 360;
  return t(directions[Math.round(turn / 45) % directions.length] ?? 'north');
}

const standingMps = 0.5;
const longMs = 60_000;

/** `62 km/h to the north-east`, `Standing for 12 min`, as much of it as is known; empty when nothing is. */
export function passWords(pass: Pass, units: DistanceUnits): string {
  const { speedMps, at, leftAt } = pass;
  const time = leftAt - at >= longMs ? formatLength(leftAt - at) : null;
  if (speedMps !== null && speedMps < standingMps) {
    return time === null ? t('standing') : t('standingFor', { time });
  }
  const moving = movingWords(pass, units);
  return time === null || moving === '' ? moving : t('insideFor', { moving, time });
}

function movingWords({ speedMps, courseDegrees }: Pass, units: DistanceUnits): string {
  const speed = speedMps === null ? '' : formatDriven(speedMps, units);
  const direction = courseDegrees === null ? '' : directionOf(courseDegrees);
  return speed && direction ? t('speedTo', { speed, direction }) : speed || direction;
}

/** The day of a pass where it was, `YYYY-MM-DD`. */
export const passDay = ({ at, zone }: Pick<Pass, 'at' | 'zone'>): string =>
  localTimeIn(at, zone).slice(0, 10);

/** `15:47:12`, on the clocks where it was. */
export function passTime({ at, zone }: Pick<Pass, 'at' | 'zone'>, locale?: string): string {
  return formatLocalTime(localTimeIn(at, zone), { seconds: true, ...(locale !== undefined && { locale }) });
}

/** Where the second of a pass plays: the day its clip begins on, the clip, and the second of it. */
export function passLink(pass: Pass): { day: string; clip: number; t: number } {
  const { at, offsetMs, zone, clipId } = pass;
  const day = localTimeIn(at - offsetMs, zone).slice(0, 10);
  // A little before, so that the place comes into view.
  return { day, clip: clipId, t: Math.max(0, Math.floor(offsetMs / 1000) - 2) };
}

export interface PassDay {
  day: string;
  title: string;
  passes: Pass[];
}

/** Passes under their days, in the order they come. */
export function passDays(passes: readonly Pass[], today: string): PassDay[] {
  const days: PassDay[] = [];
  for (const pass of passes) {
    const day = passDay(pass);
    const last = days.at(-1);
    if (last?.day === day) last.passes.push(pass);
    else days.push({ day, title: formatDay(day, { today }), passes: [pass] });
  }
  return days;
}
