import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload, IconPlayerTrackNext, IconPlayerTrackPrev } from '@tabler/icons-react';
import type { Clip } from '../../shared/clips.ts';
import { channelWords } from '../words.ts';
import classes from './player-bar.module.css';
import { videoUrl } from './stage.tsx';

interface PlayerBarProps {
  clip: Clip;
  /** The clips of this moment, one for each channel. */
  channels: readonly Clip[];
  previous: Clip | null;
  next: Clip | null;
  onSelect: (clip: Clip) => void;
}

/** Channels of this moment, the moments before and after, and the file. */
export function PlayerBar({ clip, channels, previous, next, onSelect }: PlayerBarProps) {
  return (
    <div className={classes.bar}>
      {channels.length > 1 && (
        <SegmentedControl
          aria-label="Channel"
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
          Previous
        </Button>
        <Button
          variant="default"
          rightSection={<IconPlayerTrackNext size={17} />}
          disabled={!next}
          onClick={() => next && onSelect(next)}
        >
          Next
        </Button>
      </div>
      <Button
        className={classes.download ?? ''}
        variant="default"
        component="a"
        href={videoUrl(clip)}
        download={clip.name}
        leftSection={<IconDownload size={17} />}
      >
        Download
      </Button>
    </div>
  );
}
