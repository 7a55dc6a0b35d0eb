import { Button } from '@mantine/core';
import { IconDownload, IconMovieOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { pictureUrl, sourceUrl } from '../media/addresses.ts';
import classes from './stage.module.css';
import { t } from './texts.ts';

interface CannotShowProps {
  clip: Clip;
  sentences: readonly string[];
  /** What else can be done than to download the file. */
  children?: ReactNode;
}

/** In the place of the video: why it does not play, over its picture, and what can be done. */
export function CannotShow({ clip, sentences, children }: CannotShowProps) {
  const picture = pictureUrl(clip, 'large');
  return (
    <>
      {picture !== null && <img className={classes.veiled} src={picture} alt="" />}
      <div className={classes.cannot} role="alert">
        <IconMovieOff size={36} stroke={1.4} aria-hidden />
        {sentences.map((text) => (
          <p key={text} className={classes.sentence}>
            {text}
          </p>
        ))}
        <span className={classes.ways}>
          {children}
          <Button
            variant="default"
            component="a"
            href={sourceUrl(clip, 'original')}
            download={clip.name}
            leftSection={<IconDownload size={17} />}
          >
            {t('download')}
          </Button>
        </span>
      </div>
    </>
  );
}
