import { useState } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { sourceUrl } from '../media/addresses.ts';
import { photoAlt } from '../media/picture-words.ts';
import { CannotShow } from './cannot-show.tsx';
import classes from './stage.module.css';
import { t } from './texts.ts';

/** A photo of the camera, as large as the window lets it be. */
export function PhotoStage({ clip }: { clip: Clip }) {
  const [hasFailed, setFailed] = useState(false);
  if (hasFailed) {
    return <CannotShow clip={clip} sentences={[t('photoUnread')]} />;
  }
  return (
    <img
      className={classes.picture}
      src={sourceUrl(clip, 'original')}
      alt={photoAlt(clip)}
      onError={() => setFailed(true)}
    />
  );
}
