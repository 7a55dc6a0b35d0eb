import type { Capture, Clip } from '../../shared/clips.ts';
import { formatBytes, formatInstant, formatLength } from '../format.ts';
import { isCameraOff, localStartOf } from '../local-start.ts';
import { Facts } from '../ui/facts.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockWords, timeWords } from './time-words.ts';
import { pictureWords } from './archive-words.ts';
import { clipStateWords, isGone } from '../words.ts';
import { DeleteOnCamera } from './delete-on-camera.tsx';
import classes from './clip-details.module.css';

/** What is known of the file, for those who want to know. */
export function ClipDetails({ clip, capture }: { clip: Clip; capture: Capture }) {
  const now = useNow();
  return (
    <details className={classes.details}>
      <summary>Details</summary>
      <Facts
        facts={[
          ['File name', clip.name],
          ['Path in the archive', clip.path],
          ['Size', clip.sizeBytes === null ? null : formatBytes(clip.sizeBytes)],
          ['Picture', pictureWords(clip)],
          ['Length', clip.durationMs === null ? null : formatLength(clip.durationMs)],
          ['Start where the car was', clockWords(localStartOf(clip))],
          ['Start by the camera’s clock', isCameraOff(clip) ? clockWords(clip.localStart) : null],
          ['Start by your clock', formatInstant(clip.startedAt, now)],
          ['How that is known', timeWords(clip.timeSource, capture.timeConfidence)],
          ['State', clipStateWords(clip, now)],
          ['Since', isGone(clip.state) ? null : formatInstant(clip.stateAt, now)],
          ['Kept', clip.kept ? 'Yes: no rule deletes it' : null],
        ]}
      />
      {clip.state === 'archived' && <DeleteOnCamera clip={clip} />}
    </details>
  );
}
