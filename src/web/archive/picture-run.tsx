import { useLayoutEffect, useRef, useState } from 'react';
import type { Capture } from '../../shared/clips.ts';
import { formatLocalTime } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { ClipTile } from '../media/clip-tile.tsx';
import { spread } from '../media/spread-plan.ts';
import { clipToShow } from './player-plan.ts';
import classes from './picture-run.module.css';

const tilePx = 102;
const fewest = 3;

interface PictureRunProps {
  captures: readonly Capture[];
  onOpen: (clipId: number, seconds?: number) => void;
}

/** What a folded stretch of the day looks like: pictures of its recordings, evenly spread over it, as many as there is room for. */
export function PictureRun({ captures, onOpen }: PictureRunProps) {
  const run = useRef<HTMLDivElement>(null);
  const [most, setMost] = useState(fewest);
  useLayoutEffect(() => {
    const element = run.current;
    if (!element) return undefined;
    const measure = () => setMost(Math.max(fewest, Math.floor(element.clientWidth / tilePx)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const shown = captures.flatMap((capture) => clipToShow(capture) ?? []);
  return (
    <div ref={run} className={classes.run}>
      {spread(shown, most).map((clip) => {
        const start = localStartOf(clip);
        const time = formatLocalTime(start, { seconds: true });
        return (
          <ClipTile key={clip.id} clip={clip} time={time} caption={formatLocalTime(start)} onOpen={onOpen} />
        );
      })}
    </div>
  );
}
