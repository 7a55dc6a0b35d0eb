import { useLayoutEffect, useRef, useState, type MouseEvent } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { sourceUrl } from '../media/addresses.ts';
import { photoAlt } from '../media/picture-words.ts';
import { CannotShow } from './cannot-show.tsx';
import classes from './stage.module.css';
import { t } from './texts.ts';

/** A point of a picture, in shares of its width and height. */
interface Spot {
  x: number;
  y: number;
}
const middle: Spot = { x: 0.5, y: 0.5 };

/** A photo of the camera, as large as the window lets it be; a press shows that spot of it pixel by pixel, and back. */
export function PhotoStage({ clip }: { clip: Clip }) {
  const [hasFailed, setFailed] = useState(false);
  const [spot, setSpot] = useState<Spot | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box || !spot) return;
    box.scrollLeft = spot.x * box.scrollWidth - box.clientWidth / 2;
    box.scrollTop = spot.y * box.scrollHeight - box.clientHeight / 2;
  }, [spot]);
  if (hasFailed) {
    return <CannotShow clip={clip} sentences={[t('photoUnread')]} />;
  }
  return (
    <div ref={frame} className={classes.photo} data-close={spot !== null || undefined}>
      <img
        src={sourceUrl(clip, 'original')}
        alt={photoAlt(clip)}
        draggable={false}
        onError={() => setFailed(true)}
      />
      <button
        type="button"
        aria-pressed={spot !== null}
        aria-label={t('photoClose')}
        onClick={(event) => setSpot(spot ? null : spotOf(event))}
      />
    </div>
  );
}

/** Where in the picture a pointer pressed, which stands in the middle of its frame; a key means the middle. */
function spotOf({ clientX, clientY, detail, currentTarget }: MouseEvent<HTMLButtonElement>): Spot {
  const image = currentTarget.parentElement?.querySelector('img');
  if (detail === 0 || !image || image.naturalWidth === 0) return middle;
  const box = image.getBoundingClientRect();
  const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
  const share = (at: number, size: number) => Math.min(1, Math.max(0, 0.5 + at / (size * scale)));
  return {
    x: share(clientX - box.left - box.width / 2, image.naturalWidth),
    y: share(clientY - box.top - box.height / 2, image.naturalHeight),
  };
}
