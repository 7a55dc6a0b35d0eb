import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowBarToLeft,
  IconArrowBarToRight,
  IconCheck,
  IconDotsVertical,
  IconLink,
  IconMapPin,
  IconPictureInPicture,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconRepeatOff,
} from '@tabler/icons-react';
import { toast } from '../ui/toasts.ts';
import classes from './more-menu.module.css';
import { qualities } from './player-choice-plan.ts';
import { coordinateWords } from './readout.tsx';
import { t } from './texts.ts';
import { carAt, type TrackIndex } from './track-index.ts';
import { copied, type Deeds } from './use-deeds.ts';
import { usePlayback, type Player } from './use-player.ts';
import { beginRange, endRange } from './use-player-keys.ts';

const qualityKeys = { auto: 'qualityAuto', original: 'qualityOriginal', small: 'qualitySmall' } as const;

interface MoreMenuProps {
  player: Player;
  deeds: Deeds;
  points: TrackIndex;
}

/** What is pressed now and then, and what is chosen once. */
export function MoreMenu(props: MoreMenuProps) {
  return (
    <Menu position="top-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('more')} title={t('more')}>
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Steps {...props} />
        <Moment {...props} />
        <Menu.Divider />
        <Range {...props} />
        <Menu.Divider />
        <Choices {...props} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** Where there is no room for them beside the play button. */
function Steps({ player: { clock } }: MoreMenuProps) {
  return (
    <div className={classes.steps}>
      <Menu.Item
        closeMenuOnClick={false}
        leftSection={<IconPlayerSkipBack size={16} aria-hidden />}
        onClick={() => clock.step(-1)}
      >
        {t('frameBack')}
      </Menu.Item>
      <Menu.Item
        closeMenuOnClick={false}
        leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
        onClick={() => clock.step(1)}
      >
        {t('frameOn')}
      </Menu.Item>
    </div>
  );
}

/** What is done with the moment that is shown. */
function Moment({ player, deeds, points }: MoreMenuProps) {
  const copyPlace = async () => {
    const car = carAt(points, player.clock.get().at);
    toast(t(car && (await copied(coordinateWords(car))) ? 'coordinatesCopied' : 'noCoordinates'));
  };
  return (
    <>
      <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={deeds.share}>
        {t('share')}
      </Menu.Item>
      <Menu.Item leftSection={<IconMapPin size={16} aria-hidden />} onClick={() => void copyPlace()}>
        {t('copyCoordinates')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconPictureInPicture size={16} aria-hidden />}
        onClick={() => void showInPicture(player)}
      >
        {t('pictureInPicture')}
      </Menu.Item>
    </>
  );
}

/** What is played again and again. */
function Range({ player: { clock } }: MoreMenuProps) {
  const hasRange = usePlayback(clock, ({ loop }) => loop !== null);
  return (
    <>
      <Menu.Item
        leftSection={<IconArrowBarToRight size={16} aria-hidden />}
        onClick={() => beginRange(clock)}
      >
        {t('rangeFromHere')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowBarToLeft size={16} aria-hidden />} onClick={() => endRange(clock)}>
        {t('rangeToHere')}
      </Menu.Item>
      {hasRange && (
        <Menu.Item leftSection={<IconRepeatOff size={16} aria-hidden />} onClick={() => clock.setLoop(null)}>
          {t('rangeClear')}
        </Menu.Item>
      )}
    </>
  );
}

/** What is remembered on this device. */
function Choices({ player: { settings, change } }: MoreMenuProps) {
  return (
    <>
      <Choice isOn={settings.skipsGaps} onChange={(skipsGaps) => change({ skipsGaps })}>
        {t('skipGaps')}
      </Choice>
      <Choice isOn={settings.goesOn} onChange={(goesOn) => change({ goesOn })}>
        {t('autoplay')}
      </Choice>
      <Menu.Label>{t('quality')}</Menu.Label>
      {qualities.map((quality) => (
        <Menu.Item
          key={quality}
          role="menuitemradio"
          aria-checked={settings.quality === quality}
          rightSection={settings.quality === quality && <IconCheck size={16} aria-hidden />}
          onClick={() => change({ quality })}
        >
          {t(qualityKeys[quality])}
        </Menu.Item>
      ))}
    </>
  );
}

interface ChoiceProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  children: string;
}

function Choice({ isOn, onChange, children }: ChoiceProps) {
  return (
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={isOn}
      closeMenuOnClick={false}
      rightSection={isOn && <IconCheck size={16} aria-hidden />}
      onClick={() => onChange(!isOn)}
    >
      {children}
    </Menu.Item>
  );
}

async function showInPicture({ engine }: Player): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await engine.large?.element.requestPictureInPicture();
  } catch {
    toast(t('noPictureInPicture'));
  }
}
