import type { CarFeed } from '../map/map-types.ts';
import type { PlayerClock } from './player-types.ts';
import { carNear, type TrackIndex } from './track-index.ts';

/** Where the car is on the map as the clock goes, past React: it changes with every picture. */
export function carFeed(clock: PlayerClock, points: TrackIndex): CarFeed {
  return (onCar) => {
    let last = -1;
    const tell = () => {
      const { at } = clock.get();
      if (at === last) return;
      last = at;
      onCar(carNear(points, at));
    };
    tell();
    return clock.subscribe(tell);
  };
}
