import { VisuallyHidden } from '@mantine/core';
import { useRef } from 'react';
import type { Capture } from '../../shared/clips.ts';
import { formatDay, formatLocalTime } from '../format.ts';
import { CameraMark, KeptMark, KindMark, LockedMark } from '../ui/chips.tsx';
import { captureBars, minuteOfDay } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import { channelWords } from '../words.ts';
import { keptWords } from './archive-words.ts';
import { ClipDetails } from './clip-details.tsx';
import { PlayerBar } from './player-bar.tsx';
import { clipNear, clipsOfMoment, neighbour, type Playing } from './player-plan.ts';
import classes from './player-view.module.css';
import { Stage, type Carry } from './stage.tsx';
import { usePlayerKeys } from './use-player-keys.ts';
import { usePlayerRemoval } from './use-player-removal.ts';

interface PlayerViewProps {
  day: string;
  captures: readonly Capture[];
  playing: Playing;
  onSelect: (clipId: number) => void;
  onClose: () => void;
}

/** The picture, what it is, and the ways on from it. */
export function PlayerView({ day, captures, playing, onSelect, onClose }: PlayerViewProps) {
  const { capture, clip } = playing;
  const video = useRef<HTMLVideoElement>(null);
  const carry = useRef<Carry>({ captureId: capture.id, timeSeconds: 0, isPlaying: true });
  const previous = neighbour(captures, playing, -1);
  const next = neighbour(captures, playing, 1);
  const channels = clipsOfMoment(capture);
  const select = (target: { id: number } | null | undefined, isEnded = false) => {
    if (!target || target.id === clip.id) return;
    const { currentTime = 0, paused = !carry.current.isPlaying } = video.current ?? {};
    carry.current = { captureId: capture.id, timeSeconds: currentTime, isPlaying: isEnded || !paused };
    onSelect(target.id);
  };
  const toNextChannel = () => select(channels[(channels.indexOf(clip) + 1) % channels.length]);
  const { choices, keep, remove } = usePlayerRemoval(captures, playing, { select, close: onClose });
  usePlayerKeys(video, {
    previous: () => select(previous),
    next: () => select(next),
    toNextChannel,
    keep,
    remove,
  });
  const kept = keptWords(capture);
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.title}>
          {formatDay(day)}, {formatLocalTime(capture.localStart, { seconds: true })}
        </h2>
        <KindMark kind={capture.kind} />
        <CameraMark cameraId={capture.cameraId} />
        {capture.locked && <LockedMark />}
        {kept && <KeptMark word={kept} />}
        <VisuallyHidden component="output">
          {channelWords[clip.channel]}, {formatLocalTime(capture.localStart, { seconds: true })}
        </VisuallyHidden>
      </div>
      <Stage clip={clip} video={video} carry={carry} onEnded={() => select(next, true)} />
      <div className={classes.under}>
        <PlayerBar
          clip={clip}
          channels={channels}
          previous={previous}
          next={next}
          choices={choices}
          onKeep={keep}
          onSelect={(target) => select(target)}
        />
        <TimeStrip
          size="tall"
          bars={captureBars(captures)}
          label={`Recordings of ${formatDay(day)} by time`}
          atMinute={minuteOfDay(capture.localStart)}
          onSeek={(minute) => select(clipNear(captures, minute, minuteOfDay, clip.channel))}
        />
        <ClipDetails clip={clip} />
      </div>
    </>
  );
}
