import { Button, SegmentedControl } from '@mantine/core';
import {
  IconDownload,
  IconPin,
  IconPinFilled,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from '@tabler/icons-react';
import type { Clip } from '../../shared/clips.ts';
import { sourceUrl } from '../media/addresses.ts';
import { channelWords } from '../words.ts';
import classes from './player-bar.module.css';
import { RemovalMenu, type RemovalChoice } from './removal-menu.tsx';
import { t } from './texts.ts';

interface PlayerBarProps {
  clip: Clip;
  /** The clips of this moment, one for each channel. */
  channels: readonly Clip[];
  previous: Clip | null;
  next: Clip | null;
  /** What can be kept or deleted. */
  choices: readonly RemovalChoice[];
  onKeep: () => void;
  onSelect: (clip: Clip) => void;
}

/** Channels of this moment, the moments before and after, and the file. */
export function PlayerBar(props: PlayerBarProps) {
  const { clip, channels, previous, next, choices, onKeep, onSelect } = props;
  return (
    <div className={classes.bar}>
      {channels.length > 1 && (
        <SegmentedControl
          aria-label={t('channel')}
          value={String(clip.id)}
          data={channels.map((each) => ({ value: String(each.id), label: channelWords[each.channel] }))}
          onChange={(id) => {
            const chosen = channels.find((each) => String(each.id) === id);
            if (chosen) onSelect(chosen);
          }}
        />
      )}
      <div className={classes.steps}>
        <Button
          variant="default"
          leftSection={<IconPlayerTrackPrev size={17} />}
          disabled={!previous}
          onClick={() => previous && onSelect(previous)}
        >
          {t('previous')}
        </Button>
        <Button
          variant="default"
          rightSection={<IconPlayerTrackNext size={17} />}
          disabled={!next}
          onClick={() => next && onSelect(next)}
        >
          {t('next')}
        </Button>
      </div>
      {clip.state === 'archived' && (
        <div className={classes.deeds}>
          <Button
            variant="default"
            aria-pressed={clip.kept}
            leftSection={clip.kept ? <IconPinFilled size={17} /> : <IconPin size={17} />}
            onClick={onKeep}
          >
            {t(clip.kept ? 'kept' : 'keep')}
          </Button>
          <Button
            variant="default"
            component="a"
            href={sourceUrl(clip, 'original')}
            download={clip.name}
            leftSection={<IconDownload size={17} />}
          >
            {t('download')}
          </Button>
          <RemovalMenu label={t('whatToDoWithClip')} size={36} choices={choices} />
        </div>
      )}
    </div>
  );
}
