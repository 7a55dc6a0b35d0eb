import { useState } from 'react';
import type { Filmstrip } from '../../shared/media.ts';
import classes from './film-frame.module.css';
import { abandonOnLeaving } from './lazy-picture.tsx';
import { frameBox } from './scrub-plan.ts';

interface FilmFrameProps {
  src: string;
  strip: Filmstrip;
  index: number;
  /** The time of day it shows. */
  at: string;
}

/** One tile of a filmstrip over the picture of its clip, with its time and how far into the clip it is. */
export function FilmFrame({ src, strip, index, at }: FilmFrameProps) {
  const [isLoaded, setLoaded] = useState(false);
  return (
    <>
      <span
        className={classes.window}
        style={{ aspectRatio: `${strip.tileWidth} / ${strip.tileHeight}` }}
        data-loaded={isLoaded || undefined}
      >
        <img
          ref={abandonOnLeaving}
          className={classes.strip}
          style={frameBox(index, strip)}
          src={src}
          alt=""
          draggable={false}
          onLoad={() => setLoaded(true)}
        />
      </span>
      <span className={classes.at}>{at}</span>
      <span className={classes.progress} style={{ width: `${((index + 1) / strip.frames) * 100}%` }} />
    </>
  );
}
