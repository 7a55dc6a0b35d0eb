import { Button } from '@mantine/core';
import type { Capture, Clip } from '../../shared/clips.ts';
import { formatBytes, formatInstant, formatLength } from '../format.ts';
import { isCameraOff, localStartOf } from '../local-start.ts';
import { canHaveCopy } from '../media/source-plan.ts';
import { Facts } from '../ui/facts.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockWords, timeWords } from './time-words.ts';
import { conditionWords, pictureWords, soundWords } from './archive-words.ts';
import { clipStateWords, isGone } from '../words.ts';
import { ClipNotes } from '../select/clip-notes.tsx';
import { DeleteOnCamera } from './delete-on-camera.tsx';
import classes from './clip-details.module.css';
import type { Sources } from './use-sources.ts';
import { t } from './texts.ts';

interface ClipDetailsProps {
  clip: Clip;
  capture: Capture;
  sources: Sources;
}

/** What is known of the file, for those who want to know. */
export function ClipDetails({ clip, capture, sources }: ClipDetailsProps) {
  const now = useNow();
  // Where nothing plays, the place of the video offers it.
  const hasUseOfCopy = clip.state === 'archived' && sources.source !== null && canHaveCopy(clip);
  return (
    <details className={classes.details}>
      <summary>{t('details')}</summary>
      <Facts
        facts={[
          [t('fileName'), clip.name],
          [t('pathInArchive'), clip.path],
          [t('size'), clip.sizeBytes === null ? null : formatBytes(clip.sizeBytes)],
          [t('picture'), pictureWords(clip)],
          [t('length'), clip.durationMs === null ? null : formatLength(clip.durationMs)],
          [t('startThere'), clockWords(localStartOf(clip))],
          [t('startByCamera'), isCameraOff(clip) ? clockWords(clip.localStart) : null],
          [t('startHere'), formatInstant(clip.startedAt, now)],
          [t('howKnown'), timeWords(clip.timeSource, capture.timeConfidence)],
          [t('state'), clipStateWords(clip, now)],
          [t('since'), isGone(clip.state) ? null : formatInstant(clip.stateAt, now)],
          [t('sound'), soundWords(clip)],
          [t('condition'), conditionWords(clip)],
          [t('kept'), clip.kept ? t('keptYes') : null],
        ]}
      />
      <ClipNotes clip={clip} />
      {hasUseOfCopy && (
        <Button
          variant="default"
          size="compact-sm"
          className={classes.copy ?? ''}
          onClick={() => sources.choose('proxy')}
        >
          {t('makeSmallCopy')}
        </Button>
      )}
      {clip.state === 'archived' && <DeleteOnCamera clip={clip} />}
    </details>
  );
}
