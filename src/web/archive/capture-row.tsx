import type { Capture } from '../../shared/clips.ts';
import { formatBytes, formatLocalTime } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { ClipTile, HollowTile } from '../media/clip-tile.tsx';
import { captureHealth } from '../media/health-words.ts';
import { CameraMark, KeptMark, KindMark, LockedMark, Toned } from '../ui/chips.tsx';
import { useNow } from '../ui/use-now.ts';
import { captureLength, gapBefore, keptWords, missingGroups, sizeOf } from './archive-words.ts';
import classes from './capture-row.module.css';
import { ClipState } from './clip-state.tsx';
import { clipToShow } from './player-plan.ts';
import { RemovalMenu } from './removal-menu.tsx';
import { RowLead } from './row-lead.tsx';
import { t } from './texts.ts';

interface CaptureRowProps {
  capture: Capture;
  previous: Capture | undefined;
  onOpen: (clipId: number, seconds?: number) => void;
}

/** One moment with a picture of each channel: press it to play, or press a picture; what is not archived says why. */
export function CaptureRow({ capture, previous, onOpen }: CaptureRowProps) {
  const time = formatLocalTime(localStartOf(capture), { seconds: true });
  const open = clipToShow(capture);
  const missing = missingGroups(capture, useNow());
  const gap = previous && gapBefore(capture, previous);
  const health = captureHealth(capture);
  const hasStates = missing.length + health.length > 0;
  const sizeBytes = sizeOf(capture);
  return (
    <>
      {gap && <p className={classes.gap}>{gap}</p>}
      <div
        className={classes.row}
        data-capture={capture.id}
        data-playable={open ? true : undefined}
        data-with-states={hasStates || undefined}
      >
        <RowLead of={{ kind: 'capture', capture }} />
        {open ? (
          <button type="button" className={classes.play} onClick={() => onOpen(open.id)}>
            {time}
          </button>
        ) : (
          <span className={classes.time}>{time}</span>
        )}
        <span className={classes.length}>{captureLength(capture)}</span>
        <Marks capture={capture} />
        <span className={classes.tiles} data-count={Math.min(capture.clips.length, 4)}>
          {capture.clips.map((clip) =>
            clip.state === 'archived' ? (
              <ClipTile key={clip.id} clip={clip} time={time} onOpen={onOpen} />
            ) : (
              <HollowTile key={clip.id} clip={clip} />
            ),
          )}
        </span>
        {hasStates && (
          <span className={classes.states}>
            {health.map(({ text, tone, note }) => (
              <span key={text} title={note ?? undefined}>
                <Toned tone={tone}>{text}</Toned>
              </span>
            ))}
            {missing.map((group) => (
              <ClipState key={group.words} group={group} />
            ))}
          </span>
        )}
        <span className={classes.size}>{sizeBytes > 0 && formatBytes(sizeBytes)}</span>
        <span className={classes.menu}>
          <RemovalMenu
            label={t('whatToDo', { what: time })}
            choices={[{ what: '', clips: capture.clips, hasKeys: true }]}
          />
        </span>
      </div>
    </>
  );
}

/** What kind of recording it is, and what is to be known of it at a glance. */
function Marks({ capture }: { capture: Capture }) {
  const kept = keptWords(capture);
  return (
    <span className={classes.marks}>
      <KindMark kind={capture.kind} />
      <CameraMark cameraId={capture.cameraId} />
      {capture.locked && <LockedMark />}
      {kept && <KeptMark word={kept} />}
      {capture.timeConfidence === 'doubtful' && <Toned tone="amber">{t('timeInDoubt')}</Toned>}
    </span>
  );
}
