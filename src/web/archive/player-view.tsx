import { VisuallyHidden } from '@mantine/core';
import { useRef } from 'react';
import type { Capture, Channel } from '../../shared/clips.ts';
import type { Journey } from '../../shared/journeys.ts';
import { formatDay, formatLocalTime } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { CameraMark, KeptMark, KindMark, LockedMark } from '../ui/chips.tsx';
import { captureBars, minuteOfDay } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import { channelWords } from '../words.ts';
import { keptWords } from './archive-words.ts';
import { ClipDetails } from './clip-details.tsx';
import { MomentBar } from './moment-bar.tsx';
import { PlayerBar } from './player-bar.tsx';
import { clipNear, clipsOfMoment, neighbour, type Playing } from './player-plan.ts';
import classes from './player-view.module.css';
import { SourceBar } from './source-bar.tsx';
import { Stage, type Carry } from './stage.tsx';
import { usePlayerKeys } from './use-player-keys.ts';
import { usePlayerRemoval } from './use-player-removal.ts';
import { useSources } from './use-sources.ts';
import { t } from './texts.ts';

interface PlayerViewProps {
  day: string;
  captures: readonly Capture[];
  playing: Playing;
  seconds: number | undefined;
  journey: Journey | null;
  onSelect: (clipId: number) => void;
  onClose: () => void;
}

/** The picture, what it is, and the ways on from it. */
export function PlayerView(props: PlayerViewProps) {
  const { day, captures, playing, seconds = 0, journey, onSelect, onClose } = props;
  const { capture, clip } = playing;
  const localStart = localStartOf(capture);
  const video = useRef<HTMLVideoElement>(null);
  const carry = useRef<Carry>({ captureId: capture.id, timeSeconds: seconds, isPlaying: true });
  const sources = useSources(clip);
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
  return (
    <>
      <Head day={day} capture={capture} channel={clip.channel} />
      <Stage clip={clip} sources={sources} video={video} carry={carry} onEnded={() => select(next, true)} />
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
        <SourceBar clip={clip} sources={sources} />
        <TimeStrip
          size="tall"
          bars={captureBars(captures)}
          label={t('recordingsByTime', { day: formatDay(day) })}
          atMinute={minuteOfDay(localStart)}
          onSeek={(minute) => select(clipNear(captures, minute, minuteOfDay, clip.channel))}
        />
        <MomentBar
          journey={journey}
          startedAt={capture.startedAt}
          seconds={() => video.current?.currentTime ?? 0}
          day={day}
          clipId={clip.id}
        />
        <ClipDetails clip={clip} capture={capture} sources={sources} />
      </div>
    </>
  );
}

interface HeadProps {
  day: string;
  capture: Capture;
  channel: Channel;
}

/** When this was, and what kind of recording it is. */
function Head({ day, capture, channel }: HeadProps) {
  const localStart = localStartOf(capture);
  const kept = keptWords(capture);
  return (
    <div className={classes.head}>
      <h2 className={classes.title}>
        {formatDay(day)}, {formatLocalTime(localStart, { seconds: true })}
      </h2>
      <KindMark kind={capture.kind} />
      <CameraMark cameraId={capture.cameraId} />
      {capture.locked && <LockedMark />}
      {kept && <KeptMark word={kept} />}
      <VisuallyHidden component="output">
        {channelWords[channel]}, {formatLocalTime(localStart, { seconds: true })}
      </VisuallyHidden>
    </div>
  );
}
