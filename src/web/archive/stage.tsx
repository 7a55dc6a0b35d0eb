import type { RefObject } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { isPhoto } from '../media/picture-words.ts';
import type { SourceKind } from '../media/source-plan.ts';
import { NotHere } from './not-here.tsx';
import { PhotoStage } from './photo-stage.tsx';
import classes from './stage.module.css';
import { Unplayable } from './unplayable.tsx';
import type { Sources } from './use-sources.ts';
import { VideoStage } from './video-stage.tsx';

/** What is taken along from one clip, or one form of it, to the next. */
export interface Carry {
  captureId: number;
  timeSeconds: number;
  isPlaying: boolean;
}

interface StageProps {
  clip: Clip;
  sources: Sources;
  video: RefObject<HTMLVideoElement | null>;
  carry: RefObject<Carry>;
  onEnded: () => void;
}

/** The clip itself: a video, a photo, or a sentence why there is none, or why this browser cannot show it. */
export function Stage(props: StageProps) {
  return (
    <div className={classes.stage} tabIndex={-1} data-autofocus>
      <Shown {...props} />
    </div>
  );
}

function Shown({ clip, sources, video, carry, onEnded }: StageProps) {
  if (clip.state !== 'archived') return <NotHere clip={clip} />;
  if (isPhoto(clip)) return <PhotoStage key={clip.id} clip={clip} />;
  const { source } = sources;
  if (source === null) return <Unplayable key={clip.id} clip={clip} sources={sources} />;
  return (
    <VideoStage
      clip={clip}
      source={source}
      video={video}
      carry={carry}
      onEnded={onEnded}
      onUnplayable={(kind: SourceKind) => sources.fail(kind)}
    />
  );
}
