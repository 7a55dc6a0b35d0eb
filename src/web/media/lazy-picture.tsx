import { useEffect, useRef, useState } from 'react';
import { useLatest } from '../ui/use-latest.ts';
import classes from './lazy-picture.module.css';
import { watchSeen } from './seen.ts';

interface LazyPictureProps {
  /** Null while there is none. */
  src: string | null;
  alt: string;
  /** Somebody stays where a picture should be, and there is none. */
  onMissed?: (() => void) | undefined;
}

/** Who scrolls on does not wait for it. */
const missedMs = 1000;

/** What the browser has already: shown without a wait when its row comes back into view. */
const loaded = new Set<string>();
const mostRemembered = 5000;

function remember(src: string): void {
  if (loaded.size >= mostRemembered) loaded.clear();
  loaded.add(src);
}

/** A picture that fills its frame; asked for once it is in view, given up when its row goes before it is there. */
export function LazyPicture({ src, alt, onMissed }: LazyPictureProps) {
  const frame = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(() => src !== null && loaded.has(src));
  useEffect(() => {
    const element = frame.current;
    return element && !isSeen ? watchSeen(element, () => setSeen(true)) : undefined;
  }, [isSeen]);
  const isMissed = isSeen && src === null && onMissed !== undefined;
  const miss = useLatest(() => onMissed?.());
  useEffect(() => {
    if (!isMissed) return undefined;
    const timer = window.setTimeout(miss, missedMs);
    return () => window.clearTimeout(timer);
  }, [isMissed, miss]);
  return (
    <span ref={frame} className={classes.frame}>
      {src !== null && isSeen && <Picture src={src} alt={alt} />}
    </span>
  );
}

function Picture({ src, alt }: { src: string; alt: string }) {
  const [shown, setShown] = useState<string | null>(loaded.has(src) ? src : null);
  const [failed, setFailed] = useState<string | null>(null);
  if (failed === src) return null;
  return (
    <img
      ref={abandonOnLeaving}
      className={classes.picture}
      // The one before stays in view until a new one is there.
      data-shown={shown !== null || undefined}
      src={src}
      alt={alt}
      decoding="async"
      draggable={false}
      onLoad={() => {
        remember(src);
        setShown(src);
      }}
      onError={() => setFailed(src)}
    />
  );
}

/** For a `ref`: a picture that is taken off the page is no longer fetched, and keeps no connection from the others. */
export function abandonOnLeaving(image: HTMLImageElement | null) {
  if (!image) return undefined;
  return () => {
    if (!image.complete) image.removeAttribute('src');
  };
}
