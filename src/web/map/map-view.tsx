import { Component, lazy, Suspense, useState, type ReactNode } from 'react';
import { ArchiveSketch } from './archive-sketch.tsx';
import { canDrawMaps } from './can-draw-maps.ts';
import { MapSketch } from './map-sketch.tsx';
import type { MapViewProps } from './map-types.ts';
import classes from './map-view.module.css';
import { t } from './texts.ts';

const MapCanvas = lazy(async () => ({ default: (await import('./map-canvas.tsx')).MapCanvas }));

/**
 * A map with journeys, places and marks. The library behind it is fetched when a map is first shown; until then, and
 * where the browser cannot draw it, a sketch of the same things takes its place.
 */
export function MapView(props: MapViewProps) {
  const [isDrawn, setDrawn] = useState(canDrawMaps);
  const { archive } = props;
  const sketch = archive ? (
    <ArchiveSketch {...props} archive={archive} />
  ) : (
    <MapSketch {...props} why={t('sketchWhy')} />
  );
  // What is only there for a moment asks for nothing; the whole archive is not worth it.
  const coming = archive ? null : <MapSketch {...props} onWindow={undefined} />;
  return (
    <div className={props.className ? `${classes.map} ${props.className}` : classes.map}>
      {isDrawn ? (
        <Otherwise fallback={sketch}>
          <Suspense
            fallback={
              <div className={classes.coming} aria-busy>
                {coming}
              </div>
            }
          >
            <MapCanvas {...props} onBroken={() => setDrawn(false)} />
          </Suspense>
        </Otherwise>
      ) : (
        sketch
      )}
    </div>
  );
}

/** The sketch, too, when the map's script cannot be fetched or fails. */
class Otherwise extends Component<{ fallback: ReactNode; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError() {
    return { hasFailed: true };
  }
  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
