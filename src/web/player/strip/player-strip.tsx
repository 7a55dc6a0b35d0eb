import { VisuallyHidden } from '@mantine/core';
import { useMergedRef } from '@mantine/hooks';
import { useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { formatCount } from '../../format.ts';
import { useUnits } from '../../journey/use-units.ts';
import { useKeys } from '../../ui/keys.ts';
import { useNow } from '../../ui/use-now.ts';
import { useLaneName } from '../lane-tile.tsx';
import { timeWords } from '../player-time.ts';
import type { Footage, Lane, PlayerStripProps } from '../player-types.ts';
import { trackIndex } from '../track-index.ts';
import type { Player } from '../use-player.ts';
import { gapsOf, piecesOf, type Piece } from './lane-bars-plan.ts';
import classes from './player-strip.module.css';
import { PointedAt } from './pointed-at.ts';
import { StripAxis } from './strip-axis.tsx';
import { StripFlags } from './strip-flags.tsx';
import { StripLane } from './strip-lane.tsx';
import { StripPlayhead } from './strip-playhead.tsx';
import { StripPreview } from './strip-preview.tsx';
import { StripRange } from './strip-range.tsx';
import { StripSpeed } from './strip-speed.tsx';
import { StripTools } from './strip-tools.tsx';
import { causeWords } from './strip-words.ts';
import { t } from './texts.ts';
import { useOwnMarks } from './use-own-marks.ts';
import { useStripPointer } from './use-strip-pointer.ts';
import { useStripView } from './use-strip-view.ts';

interface Props extends PlayerStripProps {
  engine: Player['engine'];
}

interface DrawnLane {
  lane: Lane;
  pieces: readonly Piece[];
}

/** The whole time on one line: speed, lenses and marks; wherever it is pressed, the clock goes. */
export function PlayerStrip(props: Props) {
  const { footage, clock, engine, journey, track } = props;
  const view = useStripView(footage, clock);
  const [pointed] = useState(() => new PointedAt());
  const area = useRef<HTMLDivElement | null>(null);
  const slider = useRef<HTMLDivElement | null>(null);
  const largeKey = useSyncExternalStore(engine.subscribe, () => engine.get().largeKey);
  const units = useUnits();
  const points = useMemo(() => trackIndex(track ?? []), [track]);
  const lanes = useDrawnLanes(footage);
  const own = useOwnMarks(footage);
  const large = lanes.find(({ lane }) => lane.key === largeKey) ?? lanes[0];
  const mark = () => own.add(clock.get().at, large?.lane.cameraId ?? null);
  useKeys({ b: mark });
  const pointer = useStripPointer({
    area,
    view,
    clock,
    pointed,
    onPress: () => slider.current?.focus({ preventScroll: true }),
  });
  const measured = useMergedRef(area, view.measure);
  const { scale } = view;
  return (
    <section className={classes.strip} aria-label={t('strip')}>
      <div className={classes.labels} aria-hidden>
        {points.length > 0 && <span className={classes.speedLabel}>{t('speed')}</span>}
        {lanes.map(({ lane }) => (
          <Label key={lane.key} lane={lane} lanes={footage.lanes} isLarge={lane.key === largeKey} />
        ))}
      </div>
      <div className={classes.column}>
        <div ref={measured} className={classes.area} {...pointer}>
          <StripAxis footage={footage} scale={scale} />
          {points.length > 0 && <StripSpeed points={points} journey={journey} scale={scale} units={units} />}
          {lanes.map((each) => (
            <NamedLane key={each.lane.key} {...each} footage={footage} view={view} largeKey={largeKey} />
          ))}
          <StripRange footage={footage} clock={clock} view={view} />
          <StripPlayhead footage={footage} clock={clock} view={view} slider={slider} />
          <StripPreview
            footage={footage}
            lane={large?.lane}
            pieces={large?.pieces ?? []}
            journey={journey}
            points={points}
            pointed={pointed}
            scale={scale}
            units={units}
          />
        </div>
        <StripFlags footage={footage} clock={clock} own={own} scale={scale} />
      </div>
      <StripTools footage={footage} clock={clock} view={view} own={own} onMark={mark} />
      <Gaps footage={footage} lanes={lanes} />
    </section>
  );
}

function useDrawnLanes({ lanes }: Footage): DrawnLane[] {
  const now = useNow(5 * 60_000);
  return useMemo(
    () => lanes.map((lane) => ({ lane, pieces: piecesOf(lane, (segment) => causeWords(segment, now)) })),
    [lanes, now],
  );
}

function Label({ lane, lanes, isLarge }: { lane: Lane; lanes: readonly Lane[]; isLarge: boolean }) {
  return (
    <span className={classes.label} data-channel={lane.channel} data-large={isLarge || undefined}>
      {useLaneName(lane, lanes)}
    </span>
  );
}

interface NamedLaneProps extends DrawnLane {
  footage: Footage;
  view: ReturnType<typeof useStripView>;
  largeKey: string;
}

function NamedLane({ lane, pieces, footage, view, largeKey }: NamedLaneProps) {
  return (
    <StripLane
      lane={lane}
      name={useLaneName(lane, footage.lanes)}
      pieces={pieces}
      scale={view.scale}
      isLarge={lane.key === largeKey}
    />
  );
}

/** What is read out of the strip's hollow parts. */
function Gaps({ footage, lanes }: { footage: Footage; lanes: readonly DrawnLane[] }) {
  if (lanes.every(({ pieces }) => gapsOf(pieces, footage).length === 0)) return null;
  return (
    <VisuallyHidden component="ul" aria-label={t('gaps')}>
      {lanes.map(({ lane, pieces }) => (
        <LaneGaps key={lane.key} footage={footage} lane={lane} pieces={pieces} />
      ))}
    </VisuallyHidden>
  );
}

/** Nobody listens to more. */
const mostGaps = 20;

function LaneGaps({ footage, lane, pieces }: DrawnLane & { footage: Footage }) {
  const name = useLaneName(lane, footage.lanes);
  const gaps = useMemo(() => gapsOf(pieces, footage), [pieces, footage]);
  const more = gaps.length - mostGaps;
  return (
    <>
      {gaps.slice(0, mostGaps).map(({ from, to, cause }) => (
        <li key={from}>
          {t('gap', {
            lane: name,
            from: timeWords(footage, from),
            to: timeWords(footage, to),
            cause: cause ?? t('nothingRecorded'),
          })}
        </li>
      ))}
      {more > 0 && <li>{t('gapsMore', { count: more, shown: formatCount(mostGaps) })}</li>}
    </>
  );
}
