import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { Box, Position } from '../../shared/tracks.ts';
import classes from './draw-layer.module.css';

interface DrawLayerProps {
  /** The position under a pixel of the map. */
  positionAt: (x: number, y: number) => Position;
  /** The box that was drawn; null when it was given up. */
  onDrawn: (box: Box | null) => void;
}

interface Corners {
  from: [number, number];
  to: [number, number];
}

/** Less than this is a tap that moved a little. */
const leastPixels = 6;

function pixelOf(event: PointerEvent): [number, number] {
  const frame = event.currentTarget.getBoundingClientRect();
  return [
    Math.max(0, Math.min(frame.width, event.clientX - frame.left)),
    Math.max(0, Math.min(frame.height, event.clientY - frame.top)),
  ];
}

/** Lies over the map while a box is drawn, with a mouse, a pen or one finger; Escape gives up. */
export function DrawLayer({ positionAt, onDrawn }: DrawLayerProps) {
  const [corners, setCorners] = useState<Corners | null>(null);
  useEscape(() => onDrawn(null));
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.isPrimary || event.button > 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = pixelOf(event);
    setCorners({ from: at, to: at });
  };
  const move = (event: PointerEvent) => {
    const to = pixelOf(event);
    setCorners((now) => now && { ...now, to });
  };
  const end = (event: PointerEvent) => {
    if (!corners) return;
    setCorners(null);
    const to = pixelOf(event);
    const isLarge = [0, 1].every(
      (axis) => Math.abs((to[axis] ?? 0) - (corners.from[axis] ?? 0)) >= leastPixels,
    );
    if (isLarge) onDrawn(boxBetween(corners.from, to, positionAt));
  };
  return (
    <div
      className={classes.layer}
      data-testid="draw-layer"
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setCorners(null)}
    >
      {corners && <div className={classes.box} style={styleOf(corners)} />}
    </div>
  );
}

function useEscape(giveUp: () => void): void {
  const current = useRef(giveUp);
  useEffect(() => {
    current.current = giveUp;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => event.key === 'Escape' && current.current();
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

function boxBetween(
  [x1, y1]: [number, number],
  [x2, y2]: [number, number],
  positionAt: (x: number, y: number) => Position,
): Box {
  const upperLeft = positionAt(Math.min(x1, x2), Math.min(y1, y2));
  const lowerRight = positionAt(Math.max(x1, x2), Math.max(y1, y2));
  return {
    west: upperLeft.longitude,
    north: upperLeft.latitude,
    east: lowerRight.longitude,
    south: lowerRight.latitude,
  };
}

const styleOf = ({ from, to }: Corners) => ({
  left: Math.min(from[0], to[0]),
  top: Math.min(from[1], to[1]),
  width: Math.abs(to[0] - from[0]),
  height: Math.abs(to[1] - from[1]),
});
