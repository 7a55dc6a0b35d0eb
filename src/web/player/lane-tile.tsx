import { Loader } from '@mantine/core';
import { useCallback } from 'react';
import { channelWords } from '../words.ts';
import { useCameraName } from '../ui/use-camera-name.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './stage.module.css';
import { laneWords } from './lane-words.ts';
import type { LaneView } from './lane-view-plan.ts';
import type { Lane } from './player-types.ts';
import { t } from './texts.ts';
import type { Player } from './use-player.ts';

interface LaneTileProps {
  player: Player;
  lane: Lane;
  view: LaneView | undefined;
  isLarge: boolean;
  /** Its place among the small ones. */
  place: number;
  onPress: () => void;
}

/** One lens: its picture, or why there is none; a small one becomes the large one when it is pressed. */
export function LaneTile({ player, lane, view, isLarge, place, onPress }: LaneTileProps) {
  const { engine } = player;
  const name = useLaneName(lane, player.footage.lanes);
  const mount = useCallback(
    (element: HTMLElement | null) => (element ? engine.lane(lane.key)?.mount(element) : undefined),
    [engine, lane.key],
  );
  return (
    <div
      className={classes.tile}
      data-large={isLarge || undefined}
      data-lane={lane.key}
      data-channel={lane.channel}
      style={{ '--place': place }}
    >
      <div ref={mount} className={classes.picture} />
      {view && <Words view={view} isLarge={isLarge} />}
      <button
        type="button"
        className={classes.press}
        aria-label={isLarge ? undefined : t('makeLarge', { lane: name })}
        aria-hidden={isLarge || undefined}
        tabIndex={isLarge ? -1 : undefined}
        onClick={onPress}
      />
      <span className={classes.name}>
        <span className={classes.dot} aria-hidden />
        {name}
      </span>
    </div>
  );
}

function Words({ view, isLarge }: { view: LaneView; isLarge: boolean }) {
  const now = useNow();
  const words = laneWords(view, { isLong: isLarge, now });
  if (words === null) return null;
  const isComing = view.why === 'loading' || view.why === 'beingMade';
  return (
    <p className={classes.words} data-over={view.why === 'loading' || undefined}>
      {isComing && <Loader size={isLarge ? 28 : 16} color="gray" aria-hidden />}
      <span>{words}</span>
    </p>
  );
}

/** The lens; with its camera where there are several. */
export function useLaneName(lane: Lane, lanes: readonly Lane[]): string {
  const camera = useCameraName(lane.cameraId);
  const word = channelWords[lane.channel];
  const isOneOfSeveral = lanes.some(({ cameraId }) => cameraId !== lane.cameraId);
  return isOneOfSeveral && camera !== null ? t('laneOfCamera', { lane: word, camera }) : word;
}
