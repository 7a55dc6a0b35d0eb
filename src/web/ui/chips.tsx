import { IconLock, IconPin } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Channel, ClipKind } from '../../shared/clips.ts';
import { channelWords, kindWords, type Tone } from '../words.ts';
import classes from './chips.module.css';
import { useCameraName } from './use-camera-name.ts';
import { t } from './texts.ts';

interface ChannelChipProps {
  channel: Channel;
  /** What a press does, in words; without `onClick` the chip only tells. */
  label?: string;
  onClick?: () => void;
  /** Not in the archive: drawn as an outline. */
  hollow?: boolean;
}

/** One channel of a capture in its hue. */
export function ChannelChip({ channel, label, onClick, hollow = false }: ChannelChipProps) {
  const className = `${classes.chip} ${classes[channel]}`;
  const content = (
    <>
      <span className={classes.dot} aria-hidden />
      {channelWords[channel]}
    </>
  );
  if (!onClick) {
    return (
      <span className={className} data-hollow={hollow || undefined}>
        {content}
      </span>
    );
  }
  return (
    <button type="button" className={className} data-live aria-label={label} title={label} onClick={onClick}>
      {content}
    </button>
  );
}

const kindTone = { normal: 'accent', parking: 'violet', event: 'amber', unclassified: 'quiet' } as const;

/** The kind of a recording. */
export function KindMark({ kind }: { kind: ClipKind }) {
  return (
    <span className={classes.mark} data-tone={kindTone[kind]}>
      {kindWords[kind]}
    </span>
  );
}

/** Which camera something is from, where there are several. */
export function CameraMark({ cameraId }: { cameraId: number }) {
  const name = useCameraName(cameraId);
  if (name === null) return null;
  return (
    <span className={classes.mark} data-tone="quiet">
      {name}
    </span>
  );
}

/** Says that the camera may not overwrite this. */
export function LockedMark() {
  return (
    <span className={classes.mark} data-tone="amber" title={t('lockedHint')}>
      <IconLock size={13} stroke={2} aria-hidden />
      {t('locked')}
    </span>
  );
}

/** Says that no rule deletes this; `word` names the channel where it is not all of it. */
export function KeptMark({ word = t('kept') }: { word?: string }) {
  return (
    <span className={classes.mark} data-tone="green" title={t('keptHint')}>
      <IconPin size={13} stroke={2} aria-hidden />
      {word}
    </span>
  );
}

/** A small coloured light beside the words that say the same. */
export function Light({ tone }: { tone: Tone }) {
  return <span className={classes.light} data-tone={tone} aria-hidden />;
}

/** Words in the colour of their tone. */
export function Toned({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.tone} data-tone={tone}>
      {children}
    </span>
  );
}
