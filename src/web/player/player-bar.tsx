import { ActionIcon, Button, Menu, Slider } from '@mantine/core';
import {
  IconCamera,
  IconCheck,
  IconLayoutGrid,
  IconLink,
  IconMap,
  IconMaximize,
  IconMinimize,
  IconPhoto,
  IconPin,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import '@mantine/core/styles/Slider.layer.css';
import { rates } from './clock-plan.ts';
import { MoreMenu } from './more-menu.tsx';
import classes from './player-bar.module.css';
import { Readout, type ReadoutSources } from './readout.tsx';
import { t } from './texts.ts';
import type { Deeds } from './use-deeds.ts';
import type { Full } from './use-full.ts';
import { usePlayback, type Player } from './use-player.ts';
import { togglePlay } from './use-player-keys.ts';

interface PlayerBarProps {
  player: Player;
  deeds: Deeds;
  full: Full;
  sources: ReadoutSources;
  isGrid: boolean;
  onGrid: () => void;
  /** Shows or hides the map over the picture; null where it stands beside it. */
  onMap: (() => void) | null;
}

/** Everything that is pressed while a journey plays. */
export function PlayerBar({ player, deeds, full, sources, isGrid, onGrid, onMap }: PlayerBarProps) {
  const { clock, footage } = player;
  const hasRange = usePlayback(clock, ({ loop }) => loop !== null);
  return (
    <div className={classes.bar}>
      <div className={classes.group}>
        <Press label={t('frameBack')} className="step" onClick={() => clock.step(-1)}>
          <IconPlayerSkipBack size={18} aria-hidden />
        </Press>
        <PlayButton player={player} />
        <Press label={t('frameOn')} className="step" onClick={() => clock.step(1)}>
          <IconPlayerSkipForward size={18} aria-hidden />
        </Press>
        <SpeedMenu player={player} />
        <Sound player={player} />
      </div>
      <Readout player={player} sources={sources} />
      <div className={classes.group}>
        <Button
          variant="default"
          className={classes.deed ?? ''}
          leftSection={<IconPin size={17} aria-hidden />}
          onClick={deeds.keep}
        >
          {t(hasRange ? 'keepRange' : 'keep')}
        </Button>
        <Button
          variant="default"
          className={classes.deed ?? ''}
          leftSection={<IconCamera size={17} aria-hidden />}
          loading={deeds.isSnapping}
          title={t('snapshotHelp')}
          onClick={deeds.snapshot}
        >
          {t('snapshot')}
        </Button>
        <Press label={t('share')} className="wide" onClick={deeds.share}>
          <IconLink size={18} aria-hidden />
        </Press>
        {footage.lanes.length > 1 && (
          <Press label={t(isGrid ? 'oneLarge' : 'grid')} isPressed={isGrid} onClick={onGrid}>
            {isGrid ? <IconPhoto size={18} aria-hidden /> : <IconLayoutGrid size={18} aria-hidden />}
          </Press>
        )}
        {onMap && (
          <Press label={t('map')} onClick={onMap}>
            <IconMap size={18} aria-hidden />
          </Press>
        )}
        <MoreMenu player={player} deeds={deeds} points={sources.points} />
        <Press label={t(full.isFull ? 'leaveFullScreen' : 'fullScreen')} onClick={full.toggle}>
          {full.isFull ? <IconMinimize size={18} aria-hidden /> : <IconMaximize size={18} aria-hidden />}
        </Press>
      </div>
    </div>
  );
}

interface PressProps {
  label: string;
  onClick: () => void;
  isPressed?: boolean;
  /** `step`, `wide`: left out where there is no room. */
  className?: 'step' | 'wide';
  children: ReactNode;
}

function Press({ label, onClick, isPressed, className, children }: PressProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={36}
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      className={(className && classes[className]) ?? ''}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}

function PlayButton({ player: { clock } }: { player: Player }) {
  const isPlaying = usePlayback(clock, (playback) => playback.isPlaying);
  const label = t(isPlaying ? 'pause' : 'play');
  return (
    <ActionIcon size={44} radius="xl" aria-label={label} title={label} onClick={() => togglePlay(clock)}>
      {isPlaying ? (
        <IconPlayerPauseFilled size={20} aria-hidden />
      ) : (
        <IconPlayerPlayFilled size={20} aria-hidden />
      )}
    </ActionIcon>
  );
}

function SpeedMenu({ player: { clock } }: { player: Player }) {
  const rate = usePlayback(clock, (playback) => playback.rate);
  return (
    <Menu position="top" shadow="md">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          className={classes.speed ?? ''}
          aria-label={t('speedOf', { rate })}
        >
          {t('rate', { rate })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('speed')}</Menu.Label>
        {rates.map((each) => (
          <Menu.Item
            key={each}
            aria-current={each === rate || undefined}
            rightSection={each === rate && <IconCheck size={16} aria-hidden />}
            onClick={() => clock.setRate(each)}
          >
            {t('rate', { rate: each })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Sound({ player: { settings, change } }: { player: Player }) {
  const isSilent = settings.isMuted || settings.volume === 0;
  const toggle = () => change({ isMuted: !isSilent, ...(settings.volume === 0 && { volume: 0.5 }) });
  return (
    <div className={classes.sound}>
      <Press label={t(isSilent ? 'unmute' : 'mute')} onClick={toggle}>
        {isSilent ? <IconVolumeOff size={18} aria-hidden /> : <IconVolume size={18} aria-hidden />}
      </Press>
      <Slider
        className={classes.volume ?? ''}
        size={4}
        label={null}
        thumbLabel={t('volume')}
        value={isSilent ? 0 : Math.round(settings.volume * 100)}
        onChange={(value) => change({ volume: value / 100, isMuted: value === 0 })}
      />
    </div>
  );
}
