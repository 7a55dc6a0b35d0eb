import { useEffect, useRef, useState } from 'react';
import { linePoints } from './speed-plan.ts';
import classes from './speed-line.module.css';

const everyMs = 2_000;
const samples = 60;

interface SpeedLineProps {
  bytesPerSecond: number | null;
  isRunning: boolean;
}

/** The speed of the last two minutes as a small line; the figures beside it say the same in words. */
export function SpeedLine({ bytesPerSecond, isRunning }: SpeedLineProps) {
  const [speeds, setSpeeds] = useState<readonly number[]>([]);
  const current = useRef(0);
  useEffect(() => {
    current.current = isRunning ? (bytesPerSecond ?? 0) : 0;
  }, [bytesPerSecond, isRunning]);
  useEffect(() => {
    const timer = setInterval(
      () => setSpeeds((before) => [...before.slice(1 - samples), current.current]),
      everyMs,
    );
    return () => clearInterval(timer);
  }, []);
  const points = linePoints(speeds, samples);
  return (
    <svg className={classes.line} viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden>
      {points && (
        <>
          <polygon className={classes.area} points={points.area} />
          <polyline className={classes.stroke} points={points.line} />
        </>
      )}
    </svg>
  );
}
