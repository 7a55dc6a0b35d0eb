import type { Place } from '../../shared/places.ts';
import type { RoughLook } from './archive-layers.ts';
import type { ArchiveFilter, ArchiveMonth } from './archive-months.ts';
import type { Box, Mark, Position, RouteMap, TrackPoint } from '../../shared/tracks.ts';

/** Longitude and latitude. */
export type Coordinate = readonly [number, number];
export type Line = readonly Coordinate[];

/** What of a place is drawn; one that is being moved or made needs no row of its own yet. */
export type MapPlace = Pick<Place, 'id' | 'name' | 'latitude' | 'longitude' | 'radiusM' | 'isHome'> & {
  /** Only proposed: the car often stops there. Drawn with a broken edge; its id is below zero. */
  isSuggested?: boolean;
};

/** Where the car is, and where to it drives, in degrees from north. */
export interface MapCar extends Position {
  courseDegrees?: number | null;
}

/** Tells where the car is, at once and whenever that changes, until what it returns is called. */
export type CarFeed = (onCar: (car: MapCar | null) => void) => () => void;

/** Where on the map was tapped, in pixels from its upper left corner, and how much a pixel is there. */
export interface AtPixel {
  x: number;
  y: number;
  metresPerPixel: number;
}

/** Where the map looks: its middle, and how near (each step of `zoom` shows half as much). */
export interface MapLook extends Position {
  zoom: number;
}

/** What the map shows now. */
export interface MapWindow extends MapLook {
  box: Box;
}

/** The whole archive on a map; a part that has not changed is the same object. */
export interface ArchiveView {
  months: readonly ArchiveMonth[];
  filter: ArchiveFilter;
  /** Where the car drove most, instead of lines. */
  isHeat: boolean;
  /** How the rough lines are drawn beside those of `journeys`. */
  rough: RoughLook;
}

export interface MapViewProps {
  /** What the map shows, for those who do not see it. */
  label: string;
  /** Lines of journeys and points of stops. Null: still being read, or none. */
  journeys: RouteMap | null;
  /** All journeys and stops, rough, with the time that is chosen; `journeys` are the finer lines of those in view. */
  archive?: ArchiveView | null;
  /** The lines of one journey with speed as colour, drawn over its plain line. */
  track?: readonly (readonly TrackPoint[])[] | null;
  /** The journey that is pointed at or chosen; the others step back. */
  highlight?: number | null;
  marks?: readonly Mark[];
  places?: readonly MapPlace[];
  car?: MapCar | null;
  /** In the stead of `car` where it moves all the time: the map is not drawn anew for it. */
  carFeed?: CarFeed | undefined;
  /** A box that is drawn, as that of a search. */
  box?: Box | null;
  /** What to show. The map moves there when it becomes another box; null leaves it where it is. */
  fit?: Box | null;
  /** Where to begin, rather than at `fit`. */
  start?: MapLook | null;
  /** The pointer is on a journey, or on none any more. */
  onHover?: ((journeyId: number | null) => void) | undefined;
  /** A journey was clicked; without this function a click on it is one on its position. */
  onPickJourney?: ((journeyId: number, position: Position) => void) | undefined;
  /** With the ids of the journeys whose lines are there, where the whole archive is shown. */
  onPickPosition?: ((position: Position, at: AtPixel, journeyIds: readonly number[]) => void) | undefined;
  onPickPlace?: ((placeId: number) => void) | undefined;
  /** The map came to rest there. */
  onWindow?: ((shown: MapWindow) => void) | undefined;
  /** The next drag draws a box instead of moving the map; its box is told, or null when it was given up. */
  isDrawing?: boolean;
  onDrawn?: ((box: Box | null) => void) | undefined;
  /** On a page that scrolls: the wheel and one finger scroll the page, with Ctrl or two fingers the map moves. */
  isInPage?: boolean;
  /** Its height is that of its parent unless this class says another. */
  className?: string;
}
