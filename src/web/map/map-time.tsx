import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { formatDate } from '../format.ts';
import { formatDistance, type DistanceUnits } from '../journey/units.ts';
import classes from './map-time.module.css';
import { dayOf } from './slider-plan.ts';
import { t } from './texts.ts';
import { TimeSlider } from './time-slider.tsx';
import type { ArchiveMonths } from './use-archive-months.ts';
import type { ArchiveTime } from './use-chosen-archive.ts';

interface MapTimeProps {
  time: ArchiveTime;
  archive: ArchiveMonths;
  units: DistanceUnits;
}

/** Which time is shown, what was driven in it, and the slider that changes it. */
export function MapTime({ time, archive, units }: MapTimeProps) {
  const { span, onChange } = time;
  return (
    <div className={classes.time}>
      <div className={classes.words}>
        <p className={classes.range}>{rangeWords(time)}</p>
        {archive.isWhole && <p className={classes.totals}>{totalWords(time, units)}</p>}
        {isPartial(time) && (
          <ActionIcon
            className={classes.all ?? ''}
            variant="subtle"
            aria-label={t('showAllTime')}
            title={t('showAllTime')}
            onClick={() => onChange({ from: 0, to: span.end }, true)}
          >
            <IconX size={18} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <TimeSlider {...time} />
    </div>
  );
}

const isPartial = ({ range, span }: ArchiveTime): boolean => range.from > 0 || range.to < span.end;

/** `All of the time`, `3 March to 5 April`, `3 March`. */
export function rangeWords(time: ArchiveTime): string {
  const { span, range, today } = time;
  if (!isPartial(time)) return t('allTime');
  const words = (day: number) => formatDate(dayOf(span, day), { today });
  if (range.from === range.to) return words(range.from);
  return t('fromTo', { from: words(range.from), to: words(range.to) });
}

/** `12 journeys, 345 km` */
export function totalWords({ totals }: ArchiveTime, units: DistanceUnits): string {
  return t('journeysOver', {
    journeys: t('journeys', { count: totals.journeys }),
    distance: formatDistance(totals.distanceM, units),
  });
}
