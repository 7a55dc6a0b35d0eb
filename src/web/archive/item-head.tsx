import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  IconChevronDown,
  IconChevronRight,
  IconMapPinOff,
  IconParking,
  IconRoute,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DayItem, Journey, Stop } from '../../shared/journeys.ts';
import {
  formatDrive,
  inferredWords,
  journeyTitle,
  missingWords,
  spanWords,
  stopSpan,
  stopTitle,
  tagWords,
} from '../journey/journey-words.ts';
import { formatDistance } from '../journey/units.ts';
import { useUnits } from '../journey/use-units.ts';
import { wordsOf } from '../text/text.ts';
import { CameraMark, Toned } from '../ui/chips.tsx';
import { unplacedSpan } from './archive-words.ts';
import type { DayListRow } from './day-rows-plan.ts';
import classes from './item-head.module.css';
import { PictureRun } from './picture-run.tsx';
import { clipsOf } from './removal-plan.ts';
import { RemovalMenu } from './removal-menu.tsx';
import { RowLead } from './row-lead.tsx';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

type HeadRow = Extract<DayListRow, { kind: 'head' }>;

interface ItemHeadProps {
  /** The day in view: a time of another is told with its day. */
  day: string;
  row: HeadRow;
  onToggle: () => void;
  onOpen: (clipId: number, seconds?: number) => void;
}

/** What the recordings below it have in common: a journey, a stop, or that nobody knows where they were. */
export function ItemHead({ day, row, onToggle, onOpen }: ItemHeadProps) {
  const { item, captures, isClosed } = row;
  const hasParking = captures.some(({ kind }) => kind === 'parking');
  const title = titleOf(item, hasParking);
  return (
    <div className={classes.head} data-kind={item.kind} data-item={row.key}>
      <RowLead of={{ kind: 'item', item, captures }} />
      <Fold title={title} count={captures.length} isClosed={isClosed} onToggle={onToggle} />
      <span className={classes.icon} aria-hidden>
        {icons[item.kind]}
      </span>
      <div className={classes.words}>
        <h3 className={classes.title}>
          {item.kind === 'journey' ? (
            <Link to="/journeys/$id" params={{ id: String(item.journey.id) }}>
              {title}
            </Link>
          ) : (
            title
          )}
        </h3>
        <p className={classes.facts}>
          {item.kind === 'journey' && <JourneyFacts journey={item.journey} day={day} />}
          {item.kind === 'stop' && <StopFacts stop={item.stop} day={day} />}
          {item.kind === 'unplaced' && <span>{unplacedSpan(captures)}</span>}
          {captures.length > 0 && <span>{t('recordings', { count: captures.length })}</span>}
          <CameraMark cameraId={cameraOf(item)} />
        </p>
      </div>
      <RemovalMenu
        label={t('whatToDo', { what: title })}
        choices={[{ what: thisWords[item.kind], clips: clipsOf(captures) }]}
      />
      {isClosed && captures.length > 0 && <PictureRun captures={captures} onOpen={onOpen} />}
    </div>
  );
}

const icons: Record<DayItem['kind'], ReactNode> = {
  journey: <IconRoute size={20} stroke={1.7} />,
  stop: <IconParking size={20} stroke={1.7} />,
  unplaced: <IconMapPinOff size={20} stroke={1.7} />,
};

const thisWords = wordsOf<typeof en, DayItem['kind']>(t, {
  journey: 'thisJourney',
  stop: 'thisStop',
  unplaced: 'theseRecordings',
});

function titleOf(item: DayItem, hasParking: boolean): string {
  if (item.kind === 'journey') return journeyTitle(item.journey);
  return item.kind === 'stop' ? stopTitle(item.stop, hasParking) : t('placeNotKnown');
}

function cameraOf(item: DayItem): number {
  if (item.kind === 'journey') return item.journey.cameraId;
  return item.kind === 'stop' ? item.stop.cameraId : item.cameraId;
}

interface FoldProps {
  title: string;
  count: number;
  isClosed: boolean;
  onToggle: () => void;
}

function Fold({ title, count, isClosed, onToggle }: FoldProps) {
  if (count === 0) return <span className={classes.fold} />;
  return (
    <ActionIcon
      className={classes.fold ?? ''}
      variant="subtle"
      color="gray"
      size={28}
      aria-expanded={!isClosed}
      aria-label={t('openHere', { day: title })}
      onClick={onToggle}
    >
      {isClosed ? <IconChevronRight size={18} /> : <IconChevronDown size={18} />}
    </ActionIcon>
  );
}

function JourneyFacts({ journey, day }: { journey: Journey; day: string }) {
  const units = useUnits();
  return (
    <>
      <span className={classes.span}>{spanWords(journey, day)}</span>
      <span>{formatDrive(journey.endedAt - journey.startedAt)}</span>
      <span>{formatDistance(journey.distanceM, units)}</span>
      {journey.tag && <span>{tagWords[journey.tag]}</span>}
      <Missing of={journey} />
      {journey.isTriage && <Toned tone="accent">{t('lineOffCard')}</Toned>}
    </>
  );
}

function StopFacts({ stop, day }: { stop: Stop; day: string }) {
  const inferred = inferredWords(stop);
  return (
    <>
      <span className={classes.span}>{stopSpan(stop, day)}</span>
      <Missing of={stop} />
      {inferred && <span>{inferred}</span>}
    </>
  );
}

function Missing({ of: { completeness } }: { of: Pick<Journey, 'completeness'> }) {
  return missingWords(completeness).map(({ text, tone }) => (
    <Toned key={text} tone={tone}>
      {text}
    </Toned>
  ));
}
