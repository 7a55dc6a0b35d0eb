import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Journey } from '../../shared/journeys.ts';
import { formatDay } from '../format.ts';
import { CameraMark } from '../ui/chips.tsx';
import { ExportMenu } from './export-menu.tsx';
import classes from './journey-head.module.css';
import { JourneyName } from './journey-name.tsx';
import { journeyTitle, spanWords } from './journey-words.ts';
import { t } from './texts.ts';
import { useNeighbours, type Neighbour } from './use-neighbours.ts';

/** What the journey is called and when it was, with the ways to those before and after it. */
export function JourneyHead({ journey }: { journey: Journey }) {
  const { previous, next } = useNeighbours(journey);
  return (
    <div className={classes.head}>
      <div className={classes.line}>
        <Step to={previous} label="journeyBefore" none="noJourneyBefore">
          <IconChevronLeft size={20} aria-hidden />
        </Step>
        <JourneyName key={journey.name} journey={journey} />
        <Step to={next} label="journeyAfter" none="noJourneyAfter">
          <IconChevronRight size={20} aria-hidden />
        </Step>
      </div>
      <p className={classes.when}>
        <Link to="/archive/$day" params={{ day: journey.localDay }}>
          {formatDay(journey.localDay)}
        </Link>
        <span>{spanWords(journey, journey.localDay)}</span>
        <CameraMark cameraId={journey.cameraId} />
      </p>
      <div className={classes.deeds}>
        <ExportMenu of={{ journeyId: journey.id }} />
      </div>
    </div>
  );
}

interface StepProps {
  to: Neighbour | null;
  label: 'journeyBefore' | 'journeyAfter';
  none: 'noJourneyBefore' | 'noJourneyAfter';
  children: ReactNode;
}

function Step({ to, label, none, children }: StepProps) {
  if (!to) {
    return (
      <ActionIcon variant="default" size={36} disabled aria-label={t(none)}>
        {children}
      </ActionIcon>
    );
  }
  const words = journeyTitle(to);
  return (
    <ActionIcon
      variant="default"
      size={36}
      renderRoot={(props) => <Link {...props} to="/journeys/$id" params={{ id: String(to.id) }} />}
      aria-label={t(label, { title: words })}
      title={words}
    >
      {children}
    </ActionIcon>
  );
}
