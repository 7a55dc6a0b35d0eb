import type { Clip } from '../../shared/clips.ts';
import { useNow } from '../ui/use-now.ts';
import { clipStateWords, isGone } from '../words.ts';
import { GoneActions } from './gone-actions.tsx';
import classes from './stage.module.css';
import { t } from './texts.ts';

/** In the place of the picture: why there is no file to play, and what can be done. */
export function NotHere({ clip }: { clip: Clip }) {
  const words = clipStateWords(clip, useNow());
  return (
    <div className={classes.cannot} role="alert">
      <p className={classes.sentence}>{t('notInArchive', { why: words })}</p>
      {isGone(clip.state) && (
        <span className={classes.ways}>
          <GoneActions clips={[clip]} />
        </span>
      )}
    </div>
  );
}
