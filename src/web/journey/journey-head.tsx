import { ActionIcon, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconChevronLeft, IconChevronRight, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { Journey } from '../../shared/journeys.ts';
import { formatDay } from '../format.ts';
import { CameraMark } from '../ui/chips.tsx';
import { ExportMenu } from './export-menu.tsx';
import classes from './journey-head.module.css';
import { JourneyName } from './journey-name.tsx';
import { journeyTitle, spanWords } from './journey-words.ts';
import { momentOf } from './track-plan.ts';
import { useNeighbours, type Neighbour } from './use-neighbours.ts';

/** What the journey is called and when it was, with the ways to those before and after it. */
export function JourneyHead({ journey, footage }: { journey: Journey; footage: readonly Capture[] }) {
  const { previous, next } = useNeighbours(journey);
  return (
    <div className={classes.head}>
      <div className={classes.line}>
        <Step to={previous} label="Journey before">
          <IconChevronLeft size={20} aria-hidden />
        </Step>
        <JourneyName key={journey.name} journey={journey} />
        <Step to={next} label="Journey after">
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
        <PlayButton footage={footage} />
        <ExportMenu what="the journey" of={{ journeyId: journey.id }} />
      </div>
    </div>
  );
}

/** Plays from the first recording that is here. */
function PlayButton({ footage }: { footage: readonly Capture[] }) {
  const first = footage.find(({ clips }) => clips.some((clip) => clip.state === 'archived'));
  const moment = first && momentOf([first], first.startedAt);
  if (!moment) return null;
  return (
    <Button
      leftSection={<IconPlayerPlay size={17} />}
      renderRoot={(props) => (
        <Link {...props} to="/archive/$day" params={{ day: moment.day }} search={{ clip: moment.clip.id }} />
      )}
    >
      Play
    </Button>
  );
}

function Step({ to, label, children }: { to: Neighbour | null; label: string; children: ReactNode }) {
  if (!to) {
    return (
      <ActionIcon variant="default" size={36} disabled aria-label={`No ${label.toLowerCase()}`}>
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
      aria-label={`${label}: ${words}`}
      title={words}
    >
      {children}
    </ActionIcon>
  );
}
