import { useState, type CSSProperties, type ReactNode } from 'react';
import { journeysTold, type DayPicture, type DayShort } from '../../shared/find.ts';
import { formatDrive, journeyTitle, missingWords, startWords } from '../journey/journey-words.ts';
import { formatDistance, type DistanceUnits } from '../journey/units.ts';
import { TracksSketch } from '../map/track-sketch.tsx';
import { Toned } from '../ui/chips.tsx';
import classes from './day-lines.module.css';
import type { DayLines as Lines } from './day-line-plan.ts';
import type { DayRowProps } from './day-row.tsx';
import { PictureStrip } from './picture-strip.tsx';
import { RowLink } from './row-link.tsx';
import { t } from './texts.ts';

interface DayLinesProps extends DayRowProps {
  lines: Lines;
  /** Null while it is on its way. */
  short: DayShort | null;
  hasFailed: boolean;
}

/** A sketch of the day's lines beside its journeys in words and pictures; what is still on its way has its room. */
export function DayLines(props: DayLinesProps) {
  const { lines, short, hasFailed, isDesk } = props;
  const [lit, setLit] = useState<number | null>(null);
  const hasSketch = lines.journeys > 0 && isDesk;
  const rows = lines.journeys + Number(lines.hasOthers);
  return (
    <div
      className={classes.lines}
      data-with-sketch={hasSketch || undefined}
      data-alone={lines.isAlone || undefined}
      style={roomFor(rows, lines.more)}
    >
      {hasSketch && (
        <div className={classes.sketch}>
          {short && (
            <TracksSketch
              lines={short.journeys.map(({ outline }) => outline)}
              highlight={lit}
              width={168}
              height={96}
            />
          )}
        </div>
      )}
      {hasFailed && <p className={classes.failed}>{t('dayNotRead')}</p>}
      <ul className={classes.list}>
        {short ? <Told {...props} short={short} onLit={setLit} /> : !hasFailed && <Blanks count={rows} />}
      </ul>
    </div>
  );
}

/** The first journeys, how many more there are, and the rest of the day; or what of the day was found. */
function Told({
  day,
  lines,
  short,
  units,
  fit,
  onLit,
}: DayLinesProps & { short: DayShort; onLit: (index: number | null) => void }) {
  const others = short.found ?? short.others;
  return (
    <>
      {short.journeys.slice(0, journeysTold).map((journey, index) => (
        <Line
          key={journey.id}
          pictures={journey.pictures}
          most={fit.journey}
          label={t('picturesOf', { what: journeyTitle(journey) })}
          onLit={(isLit) => onLit(isLit ? index : null)}
        >
          <JourneyWords journey={journey} units={units} />
        </Line>
      ))}
      {lines.more > 0 && <li className={classes.more}>{t('moreJourneys', { count: lines.more })}</li>}
      {lines.hasOthers && others.captures > 0 && (
        <Line
          pictures={others.pictures}
          most={lines.isAlone ? fit.alone : lines.journeys > 0 ? fit.journey : fit.others}
          label={t('picturesOfOthers')}
          onLit={nobody}
        >
          {!lines.isAlone && <OtherWords captures={day.journeys > 0 ? others.captures : null} />}
        </Line>
      )}
    </>
  );
}

const nobody = () => undefined;
const roomFor = (rows: number, more: number) =>
  ({ '--rows': rows, '--more': more > 0 ? 1 : 0 }) as CSSProperties;

/** In the place of lines that are on their way. */
function Blanks({ count }: { count: number }) {
  return Array.from({ length: count }, (_, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- lines without identity
    <li key={index} className={classes.line} aria-hidden>
      <span className={classes.blank} />
    </li>
  ));
}

interface LineProps {
  pictures: readonly DayPicture[];
  most: number;
  label: string;
  onLit: (isLit: boolean) => void;
  children: ReactNode;
}

function Line({ pictures, most, label, onLit, children }: LineProps) {
  return (
    <li className={classes.line} data-alone={children ? undefined : true} {...lighting(onLit)}>
      {children}
      {pictures.length > 0 && <PictureStrip pictures={pictures} most={most} label={label} />}
    </li>
  );
}

/** A line that is pointed at, or has the focus, lights its journey. */
const lighting = (onLit: (isLit: boolean) => void) => ({
  onPointerEnter: () => onLit(true),
  onPointerLeave: () => onLit(false),
  onFocus: () => onLit(true),
  onBlur: () => onLit(false),
});

function JourneyWords({ journey, units }: { journey: DayShort['journeys'][number]; units: DistanceUnits }) {
  return (
    <span className={classes.words}>
      <RowLink href={`/journeys/${journey.id}`} className={classes.journey}>
        <span className={classes.time}>{startWords(journey)}</span>
        <span className={classes.title}>{journeyTitle(journey)}</span>
      </RowLink>
      <span className={classes.facts}>
        <span>{formatDrive(journey.endedAt - journey.startedAt)}</span>
        <span>{formatDistance(journey.distanceM, units)}</span>
        {missingWords(journey.completeness).map(({ text, tone }) => (
          <Toned key={text} tone={tone}>
            {text}
          </Toned>
        ))}
      </span>
    </span>
  );
}

/** `null` captures: all of the day, which is told above. */
function OtherWords({ captures }: { captures: number | null }) {
  return (
    <span className={classes.words}>
      <span className={classes.title}>
        {captures === null ? t('noJourneys') : t('others', { count: captures })}
      </span>
      <span className={classes.facts}>{t('othersAre')}</span>
    </span>
  );
}
