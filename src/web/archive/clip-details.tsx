import type { Clip } from '../../shared/clips.ts';
import { formatBytes, formatInstant, formatLength, formatLocalTime } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { useNow } from '../ui/use-now.ts';
import { pictureWords } from './archive-words.ts';
import { clipStateWords, isGone } from '../words.ts';
import { DeleteOnCamera } from './delete-on-camera.tsx';
import classes from './clip-details.module.css';

/** What is known of the file, for those who want to know. */
export function ClipDetails({ clip }: { clip: Clip }) {
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
          ['Start by the camera’s clock', formatLocalTime(clip.localStart, { seconds: true })],
          ['Start by your clock', formatInstant(clip.startedAt, now)],
          ['State', clipStateWords(clip, now)],
          ['Since', isGone(clip.state) ? null : formatInstant(clip.stateAt, now)],
          ['Kept', clip.kept ? 'Yes: no rule deletes it' : null],
        ]}
      />
      {clip.state === 'archived' && <DeleteOnCamera clip={clip} />}
    </details>
  );
}
