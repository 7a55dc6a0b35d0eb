import type { Capture } from '../../shared/clips.ts';
import { formatBytes, formatLocalTime } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { CameraMark, ChannelChip, KeptMark, KindMark, LockedMark, Toned } from '../ui/chips.tsx';
import { useNow } from '../ui/use-now.ts';
import { channelWords } from '../words.ts';
import { captureLength, gapBefore, keptWords, missingGroups, sizeOf } from './archive-words.ts';
import classes from './capture-row.module.css';
import { ClipState } from './clip-state.tsx';
import { clipToShow } from './player-plan.ts';
import { RemovalMenu } from './removal-menu.tsx';

interface CaptureRowProps {
  capture: Capture;
  previous: Capture | undefined;
  onOpen: (clipId: number) => void;
}

/** One moment with its channels: press it to play, or press a channel; what is not archived says why. */
export function CaptureRow({ capture, previous, onOpen }: CaptureRowProps) {
  const time = formatLocalTime(localStartOf(capture), { seconds: true });
  const open = clipToShow(capture);
  const missing = missingGroups(capture, useNow());
  const gap = previous && gapBefore(capture, previous);
  const sizeBytes = sizeOf(capture);
  const kept = keptWords(capture);
  return (
    <>
      {gap && <p className={classes.gap}>{gap}</p>}
      <div
        className={classes.row}
        data-capture={capture.id}
        data-playable={open ? true : undefined}
        data-with-states={missing.length > 0 || undefined}
      >
        {open ? (
          <button type="button" className={classes.play} onClick={() => onOpen(open.id)}>
            {time}
          </button>
        ) : (
          <span className={classes.time}>{time}</span>
        )}
        <span className={classes.length}>{captureLength(capture)}</span>
        <span className={classes.marks}>
          <KindMark kind={capture.kind} />
          <CameraMark cameraId={capture.cameraId} />
          {capture.locked && <LockedMark />}
          {kept && <KeptMark word={kept} />}
          {capture.timeConfidence === 'doubtful' && <Toned tone="amber">Time in doubt</Toned>}
        </span>
        <span className={classes.channels}>
          <Channels capture={capture} time={time} onOpen={onOpen} />
        </span>
        {missing.length > 0 && (
          <span className={classes.states}>
            {missing.map((group) => (
              <ClipState key={group.words} group={group} />
            ))}
          </span>
        )}
        <span className={classes.size}>{sizeBytes > 0 && formatBytes(sizeBytes)}</span>
        <span className={classes.menu}>
          <RemovalMenu
            label={`${time}: what to do`}
            choices={[{ what: '', clips: capture.clips, hasKeys: true }]}
          />
        </span>
      </div>
    </>
  );
}

function Channels({ capture, time, onOpen }: { time: string } & Pick<CaptureRowProps, 'capture' | 'onOpen'>) {
  return capture.clips.map((clip) =>
    clip.state === 'archived' ? (
      <ChannelChip
        key={clip.id}
        channel={clip.channel}
        label={`Play ${channelWords[clip.channel].toLowerCase()}, ${time}`}
        onClick={() => onOpen(clip.id)}
      />
    ) : (
      <ChannelChip key={clip.id} channel={clip.channel} hollow />
    ),
  );
}
