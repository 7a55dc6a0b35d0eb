import { useEffect, useState, type RefObject, type SyntheticEvent } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { pictureUrl, sourceUrl } from '../media/addresses.ts';
import type { SourceKind } from '../media/source-plan.ts';
import { channelWords } from '../words.ts';
import classes from './stage.module.css';
import type { Carry } from './stage.tsx';
import { t } from './texts.ts';

interface VideoStageProps {
  clip: Clip;
  source: SourceKind;
  video: RefObject<HTMLVideoElement | null>;
  carry: RefObject<Carry>;
  onEnded: () => void;
  onUnplayable: (kind: SourceKind) => void;
}

/** One form of a clip in the browser's own player; another form of it goes on where this one was. */
export function VideoStage({ clip, source, video, carry, onEnded, onUnplayable }: VideoStageProps) {
  const address = useSteadyAddress(clip, source);
  useEffect(() => {
    const element = video.current;
    // Lets go of the connection, of which a browser has only six to this server.
    return () => {
      element?.removeAttribute('src');
      element?.load();
    };
  }, [video]);
  const begin = (element: HTMLVideoElement) => {
    if (element.videoWidth === 0) return onUnplayable(source);
    const { captureId, timeSeconds, isPlaying } = carry.current;
    if (captureId === clip.captureId && timeSeconds > 0) element.currentTime = timeSeconds;
    if (isPlaying) element.play().catch(() => undefined);
  };
  const giveUp = (element: HTMLVideoElement) => {
    if (!element.getAttribute('src')) return;
    onUnplayable(source);
  };
  // All the time, for another form may take over at any: once its address is set, the place of this one is gone.
  const remember = (event: SyntheticEvent<HTMLVideoElement>) =>
    rememberPlace(event.currentTarget, clip, carry);
  return (
    <video
      ref={video}
      className={classes.picture}
      src={address}
      poster={pictureUrl(clip, 'large') ?? undefined}
      controls
      playsInline
      preload="metadata"
      aria-label={t('recordingOf', { channel: channelWords[clip.channel] })}
      data-source={source}
      onLoadedMetadata={(event) => begin(event.currentTarget)}
      onTimeUpdate={remember}
      onPlay={remember}
      onPause={remember}
      onEnded={onEnded}
      onError={(event) => giveUp(event.currentTarget)}
    >
      <track kind="captions" />
    </video>
  );
}

/** Notes where the player is, for what is shown next; not before it has begun. */
function rememberPlace(
  element: Pick<HTMLVideoElement, 'readyState' | 'currentTime' | 'paused'>,
  { captureId }: Pick<Clip, 'captureId'>,
  carry: RefObject<Carry>,
): void {
  if (element.readyState < HTMLMediaElement.HAVE_METADATA) return;
  carry.current = { captureId, timeSeconds: element.currentTime, isPlaying: !element.paused };
}

/** Its address as it was when it began: one that changes under way, with what is known of the file, would begin anew. */
function useSteadyAddress(clip: Clip, source: SourceKind): string {
  const key = `${clip.id} ${source}`;
  const [steady, setSteady] = useState({ key, address: sourceUrl(clip, source) });
  if (steady.key === key) return steady.address;
  const next = { key, address: sourceUrl(clip, source) };
  setSteady(next);
  return next.address;
}
