import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Capture, Day } from '../../shared/clips.ts';
import { formatBytes, formatDay } from '../format.ts';
import { PlayDay } from '../player/play-day.tsx';
import { Toned } from '../ui/chips.tsx';
import { dayCounts, daySentence } from './archive-words.ts';
import { useNearestDays } from './day-neighbours.ts';
import classes from './day-head.module.css';
import { GoToField } from './go-to.tsx';
import { clipsOf } from './removal-plan.ts';
import { RemovalMenu } from './removal-menu.tsx';
import { t } from './texts.ts';

interface DayHeadProps {
  day: string;
  summary?: Day | undefined;
  captures?: readonly Capture[] | undefined;
}

/** The day in words, with the ways to the days around it and what can be done with all of it. */
export function DayHead({ day, summary, captures = [] }: DayHeadProps) {
  const { earlier, later } = useNearestDays(day);
  return (
    <div className={classes.head}>
      <div className={classes.line}>
        <DayLink day={earlier} label={t('earlierDay')} none={t('noEarlierDay')}>
          <IconChevronLeft size={20} aria-hidden />
        </DayLink>
        <h2 className={classes.title}>{formatDay(day)}</h2>
        <DayLink day={later} label={t('laterDay')} none={t('noLaterDay')}>
          <IconChevronRight size={20} aria-hidden />
        </DayLink>
        <RemovalMenu
          label={t('whatToDo', { what: formatDay(day) })}
          size={36}
          choices={[{ what: t('wholeDay'), clips: clipsOf(captures) }]}
        />
        {clipsOf(captures).length > 0 && <PlayDay day={day} />}
      </div>
      <div className={classes.search}>
        <GoToField day={day} />
      </div>
      <p className={classes.sentence}>
        {summary && (
          <>
            <span>{daySentence(summary)}</span>
            {dayCounts(summary).map((count) => (
              <Toned key={count.text} tone={count.tone}>
                {count.text}
              </Toned>
            ))}
            {summary.archivedBytes > 0 && <span>{formatBytes(summary.archivedBytes)}</span>}
          </>
        )}
      </p>
    </div>
  );
}

interface DayLinkProps {
  day: string | null;
  label: string;
  /** What is said where there is no such day. */
  none: string;
  children: ReactNode;
}

function DayLink({ day, label, none, children }: DayLinkProps) {
  if (day === null) {
    return (
      <ActionIcon variant="default" size={36} disabled aria-label={none}>
        {children}
      </ActionIcon>
    );
  }
  return (
    <ActionIcon
      variant="default"
      size={36}
      renderRoot={(props) => <Link {...props} to="/archive/$day" params={{ day }} />}
      aria-label={t('labelAndDay', { label, day: formatDay(day) })}
      title={formatDay(day)}
    >
      {children}
    </ActionIcon>
  );
}
