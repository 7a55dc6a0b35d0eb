import { Button } from '@mantine/core';
import { IconDownload, IconMovieOff } from '@tabler/icons-react';
import { useEffect, useState, type RefObject } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { urlOf } from '../api.ts';
import { channelWords } from '../words.ts';
import { NotHere } from './not-here.tsx';
import { playabilityOf, type Playability } from './player-plan.ts';
import classes from './stage.module.css';

/** What is taken along from one clip to the next. */
export interface Carry {
  captureId: number;
  timeSeconds: number;
  isPlaying: boolean;
}

interface StageProps {
  clip: Clip;
  video: RefObject<HTMLVideoElement | null>;
  carry: RefObject<Carry>;
  onEnded: () => void;
}

/** Address of a clip's bytes. */
export function videoUrl(clip: Clip): string {
  return urlOf(routes.getClipVideo, { params: { id: clip.id } });
}

/** The clip itself: a video, a picture, or a sentence why there is none, or why this browser cannot show it. */
export function Stage(props: StageProps) {
  return (
    <div className={classes.stage} tabIndex={-1} data-autofocus>
      {props.clip.state === 'archived' ? <Picture {...props} /> : <NotHere clip={props.clip} />}
    </div>
  );
}

function Picture(props: StageProps) {
  const { clip } = props;
  const [unplayableId, setUnplayableId] = useState<number | null>(null);
  const playability = playabilityOf(clip, browserPlaysHevc);
  const isVideo = playability === 'video' && unplayableId !== clip.id;
  return (
    <>
      {isVideo && <VideoStage {...props} onUnplayable={() => setUnplayableId(clip.id)} />}
      {playability === 'picture' && (
        <img
          className={classes.picture}
          src={videoUrl(clip)}
          alt={`Taken by the ${channelWords[clip.channel].toLowerCase()} camera`}
        />
      )}
      {!isVideo && playability !== 'picture' && <CannotPlay clip={clip} why={playability} />}
    </>
  );
}

function VideoStage({
  clip,
  video,
  carry,
  onEnded,
  onUnplayable,
}: StageProps & { onUnplayable: () => void }) {
  useEffect(() => {
    const element = video.current;
    // Lets go of the connection, of which a browser has only six to this server.
    return () => {
      element?.removeAttribute('src');
      element?.load();
    };
  }, [video]);
  const begin = (element: HTMLVideoElement) => {
    if (element.videoWidth === 0) return onUnplayable();
    const { captureId, timeSeconds, isPlaying } = carry.current;
    if (captureId === clip.captureId && timeSeconds > 0) element.currentTime = timeSeconds;
    if (isPlaying) element.play().catch(() => undefined);
  };
  return (
    <video
      ref={video}
      className={classes.picture}
      src={videoUrl(clip)}
      controls
      playsInline
      preload="metadata"
      aria-label={`${channelWords[clip.channel]} recording`}
      onLoadedMetadata={(event) => begin(event.currentTarget)}
      onEnded={onEnded}
      onError={(event) => event.currentTarget.getAttribute('src') && onUnplayable()}
    >
      <track kind="captions" />
    </video>
  );
}

const reasons: Record<Exclude<Playability, 'picture'>, string> = {
  'transport-stream': 'Browsers cannot play TS files. Download the clip and open it in a video player.',
  hevc: 'This browser cannot play H.265 (HEVC) video. Download the clip, or open this page in a browser that can, such as Safari.',
  video:
    'This browser could not play the clip: it cannot read its format, or the file could not be read. Download it to try a video player.',
};

function CannotPlay({ clip, why }: { clip: Clip; why: Exclude<Playability, 'picture'> }) {
  return (
    <div className={classes.cannot} role="alert">
      <IconMovieOff size={36} stroke={1.4} aria-hidden />
      <p className={classes.sentence}>{reasons[why]}</p>
      <Button
        component="a"
        href={videoUrl(clip)}
        download={clip.name}
        leftSection={<IconDownload size={17} />}
      >
        Download
      </Button>
    </div>
  );
}

function browserPlaysHevc(): boolean {
  return document.createElement('video').canPlayType('video/mp4; codecs="hvc1.1.6.L153.B0"') !== '';
}
