import { Button } from '@mantine/core';
import { IconPlayerPlayFilled, IconVolumeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './stage.module.css';
import { LaneTile } from './lane-tile.tsx';
import { timeWords } from './player-time.ts';
import { coveredSpans, nextCovered } from './segment-plan.ts';
import { t } from './texts.ts';
import { useEngineView, usePlayback, type Player } from './use-player.ts';

declare module 'react' {
  interface CSSProperties {
    '--columns'?: number;
    '--rows'?: number;
    '--place'?: number;
  }
}

interface StageProps {
  player: Player;
  isGrid: boolean;
  onLarge: (key: string) => void;
  onPress: () => void;
  /** What lies over the pictures. */
  children?: ReactNode;
}

/** All lenses: one large and the others upon it, or all alike. */
export function Stage({ player, isGrid, onLarge, onPress, children }: StageProps) {
  const { engine, footage, clock } = player;
  const view = useEngineView(engine);
  const isPlaying = usePlayback(clock, (playback) => playback.isPlaying);
  const others = footage.lanes.filter(({ key }) => key !== view.largeKey).map(({ key }) => key);
  const count = footage.lanes.length;
  return (
    <div
      className={classes.stage}
      data-grid={(isGrid && count > 1) || undefined}
      style={{
        '--columns': Math.ceil(Math.sqrt(count)),
        '--rows': Math.ceil(count / Math.ceil(Math.sqrt(count))),
      }}
    >
      {footage.lanes.map((lane) => (
        <LaneTile
          key={lane.key}
          player={player}
          lane={lane}
          view={view.lanes.get(lane.key)}
          isLarge={lane.key === view.largeKey}
          place={others.indexOf(lane.key)}
          onPress={() => (lane.key === view.largeKey && !isGrid ? onPress() : onLarge(lane.key))}
        />
      ))}
      {count === 0 && <p className={classes.words}>{t('nothingToPlayWhy')}</p>}
      {!isPlaying && view.lanes.get(view.largeKey)?.why === null && (
        <span className={classes.begin} aria-hidden>
          <IconPlayerPlayFilled size={30} />
        </span>
      )}
      <div className={classes.notes}>
        {view.away !== null && <output className={classes.note}>{t('away', { message: view.away })}</output>}
        {view.isSoundBlocked && (
          <Button
            size="compact-sm"
            leftSection={<IconVolumeOff size={16} />}
            onClick={() => player.change({ isMuted: false })}
          >
            {t('soundBlocked')}
          </Button>
        )}
        <Gap player={player} />
      </div>
      {children}
    </div>
  );
}

/** While the clock goes through what nobody recorded: when it goes on. */
function Gap({ player: { clock, engine, footage } }: { player: Player }) {
  const next = usePlayback(clock, ({ at }) => {
    const following = nextCovered(engine.clock.covered, at);
    return following === at ? null : (following ?? Infinity);
  });
  if (next === null || coveredSpans(footage).length === 0) return null;
  return (
    <output className={classes.note}>
      <span>{t('nobodyRecorded')}</span>
      {Number.isFinite(next) && (
        <>
          <span>{t('goesOnAt', { time: timeWords(footage, next) })}</span>
          <Button size="compact-xs" variant="default" onClick={() => clock.seek(next)}>
            {t('jump')}
          </Button>
        </>
      )}
    </output>
  );
}
