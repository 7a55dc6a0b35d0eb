import { Modal } from '@mantine/core';
import { IconMovieOff } from '@tabler/icons-react';
import type { Capture } from '../../shared/clips.ts';
import type { Journey } from '../../shared/journeys.ts';
import { EmptyState } from '../ui/states.tsx';
import { findClip } from './player-plan.ts';
import { PlayerView } from './player-view.tsx';
import classes from './player.module.css';
import { useRemovalActions } from './removal-provider.tsx';
import { t } from './texts.ts';

interface PlayerProps {
  day: string;
  captures: readonly Capture[];
  clipId: number;
  /** Seconds into it to begin at. */
  seconds?: number | undefined;
  /** The journey that a capture belongs to, if any. */
  journeyOf: (captureId: number) => Journey | null;
  onSelect: (clipId: number) => void;
  onClose: () => void;
}

/** One clip over the whole window, with the rest of its day within reach. */
export function Player(props: PlayerProps) {
  const { day, captures, clipId, seconds, journeyOf, onSelect, onClose } = props;
  const playing = findClip(captures, clipId);
  const { isAsking } = useRemovalActions();
  return (
    <Modal.Root
      opened
      onClose={onClose}
      closeOnEscape={!isAsking}
      fullScreen
      transitionProps={{ duration: 0 }}
    >
      <Modal.Content className={classes.content} aria-label={t('player')}>
        <Modal.Body className={classes.body}>
          <div className={classes.top}>
            <Modal.CloseButton className={classes.close} iconSize={22} aria-label={t('closePlayer')} />
          </div>
          {playing ? (
            <PlayerView
              day={day}
              captures={captures}
              playing={playing}
              seconds={seconds}
              journey={journeyOf(playing.capture.id)}
              onSelect={onSelect}
              onClose={onClose}
            />
          ) : (
            <EmptyState icon={<IconMovieOff size={28} stroke={1.6} />} title={t('noSuchClip')}>
              {t('noSuchClipWhy')}
            </EmptyState>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
