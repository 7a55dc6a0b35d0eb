import type { DayPicture } from '../../shared/find.ts';
import { localTimeAt } from '../format.ts';

type Shown = Pick<DayPicture, 'id' | 'journeyId' | 'startedAt' | 'zoneOffsetMinutes'>;

/** Where a press on a picture leads: its journey at that second, or the clip on its day where it is of no journey. */
export function pictureLink(picture: Shown, seconds: number) {
  const { id, journeyId, startedAt, zoneOffsetMinutes } = picture;
  if (journeyId !== null) {
    const at = startedAt + seconds * 1000;
    return {
      to: '/journeys/$id',
      params: { id: String(journeyId) },
      search: { at },
      href: `/journeys/${journeyId}?at=${at}`,
    } as const;
  }
  const day = localTimeAt(startedAt, zoneOffsetMinutes).slice(0, 10);
  return {
    to: '/archive/$day',
    params: { day },
    search: { clip: id, ...(seconds > 0 && { t: seconds }) },
    href: `/archive/${day}?clip=${id}${seconds > 0 ? `&t=${seconds}` : ''}`,
  } as const;
}
