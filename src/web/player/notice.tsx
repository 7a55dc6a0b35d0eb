import classes from './notice.module.css';
import { t } from './texts.ts';
import { useEngineView, usePlayback, type Player } from './use-player.ts';

/** What is out of the ordinary of what plays, in a line. */
export function Notice({ player }: { player: Player }) {
  const { engine, clock } = player;
  const view = useEngineView(engine);
  const rate = usePlayback(clock, (playback) => playback.rate);
  const kind = view.lanes.get(view.largeKey)?.kind ?? null;
  const words = view.isStepped ? t('stepped') : formWords(kind, { rate, isSlow: view.isSlow });
  if (words === null) return null;
  return (
    <div className={classes.notice}>
      <output>{words}</output>
    </div>
  );
}

/** Why something else than the original plays. */
function formWords(kind: string | null, { rate, isSlow }: { rate: number; isSlow: boolean }): string | null {
  if (kind === 'repair') return t('repairPlays');
  if (kind !== 'proxy') return null;
  if (rate > 2) return t('smallBySpeed');
  return t(isSlow ? 'smallByNetwork' : 'smallPlays');
}
