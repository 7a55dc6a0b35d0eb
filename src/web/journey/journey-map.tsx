import { useMemo } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { Journey, JourneyTrack } from '../../shared/journeys.ts';
import type { Position, RouteMap } from '../../shared/tracks.ts';
import type { MapCar } from '../map/map-types.ts';
import { MapView } from '../map/map-view.tsx';
import classes from './journey-map.module.css';
import { journeyTitle, momentWords } from './journey-words.ts';
import { boxOfTrack } from './map-plan.ts';
import { MomentLink } from './moment-link.tsx';
import { momentOf, nearestPoint, pointAt } from './track-plan.ts';
import { formatDriven } from './units.ts';
import { useUnits } from './use-units.ts';

interface JourneyMapProps {
  journey: Journey;
  parts: JourneyTrack['parts'] | null;
  footage: readonly Capture[];
  /** The chosen moment. */
  at: number | null;
  onPick: (at: number) => void;
}

/** The line with speed as its colour; a press on it chooses the moment the car was there. */
export function JourneyMap({ journey, parts, footage, at, onPick }: JourneyMapProps) {
  const lines = useMemo(() => parts?.map(({ points }) => points) ?? [], [parts]);
  const map = useMemo(() => plainMap(journey, lines), [journey, lines]);
  const fit = useMemo(() => boxOfTrack(lines), [lines]);
  const pick = (_: number, position: Position) => {
    const point = nearestPoint(parts ?? [], position);
    if (point) onPick(point.at);
  };
  return (
    <div className={classes.panel}>
      <MapView
        className={classes.map ?? ''}
        label={`Map of ${journeyTitle(journey)}`}
        journeys={map}
        track={lines}
        marks={journey.marks}
        car={at === null || !parts ? null : carAt(parts, at)}
        fit={fit}
        onPickJourney={pick}
        isInPage
      />
      <Moment journey={journey} parts={parts ?? []} footage={footage} at={at} />
    </div>
  );
}

function plainMap(journey: Journey, lines: readonly JourneyTrack['parts'][number]['points'][]): RouteMap {
  const { id, cameraId, startedAt, endedAt, isTriage } = journey;
  const coordinates = lines.map((line) =>
    line.map(([, longitude, latitude]): [number, number] => [longitude, latitude]),
  );
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        geometry: { type: 'MultiLineString', coordinates },
        properties: { kind: 'journey', id, cameraId, startedAt, endedAt, isTriage },
      },
    ],
  };
}

function carAt(parts: JourneyTrack['parts'], at: number): MapCar | null {
  const point = pointAt(parts, at);
  return point && { longitude: point[1], latitude: point[2], courseDegrees: point[4] };
}

type MomentProps = Pick<JourneyMapProps, 'journey' | 'footage' | 'at'> & { parts: JourneyTrack['parts'] };

/** What is known of the chosen moment, and the way to its picture. */
function Moment({ journey, parts, footage, at }: MomentProps) {
  const units = useUnits();
  if (at === null) return <p className={classes.moment}>Press the line to choose a moment.</p>;
  const speed = pointAt(parts, at)?.[3] ?? null;
  return (
    <output className={classes.moment}>
      <strong>{momentWords(at, journey)}</strong>
      {speed !== null && <span>{formatDriven(speed, units)}</span>}
      {momentOf(footage, at) ? (
        <MomentLink footage={footage} at={at}>
          Play from here
        </MomentLink>
      ) : (
        <span>Nothing was recorded then</span>
      )}
    </output>
  );
}
