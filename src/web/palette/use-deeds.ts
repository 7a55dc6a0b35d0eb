import { useQueryClient } from '@tanstack/react-query';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import type { PaletteEntry } from './palette-plan.ts';
import { t } from './texts.ts';

export interface Deed extends PaletteEntry {
  run: () => void;
}

/** What can be done from anywhere. Each says what has come of it. */
export function useDeeds(): Deed[] {
  const client = useQueryClient();
  const isPaused = useRoute(routes.getStatus).data?.sync.paused === true;
  const told = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      toast(done);
      await client.invalidateQueries({ queryKey: keyOf(routes.getStatus) });
    } catch (error) {
      failed(t('notDone'))(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const does = (work: () => Promise<unknown>, done: string) => () => void told(work, done);
  const pause = isPaused
    ? {
        key: 'resume',
        title: t('resume'),
        words: t('resumeWords'),
        run: does(() => call(routes.resumeSync), t('resumed')),
      }
    : {
        key: 'pause',
        title: t('pause'),
        words: t('pauseWords'),
        run: does(() => call(routes.pauseSync), t('paused')),
      };
  return [
    {
      key: 'look',
      title: t('lookNow'),
      words: t('lookNowWords'),
      run: does(() => call(routes.syncNow, { body: {} }), t('lookingNow')),
    },
    pause,
    {
      key: 'scan',
      title: t('scan'),
      words: t('scanWords'),
      run: does(() => call(routes.startScan, { body: {} }), t('scanning')),
    },
    {
      key: 'backup',
      title: t('backup'),
      words: t('backupWords'),
      run: does(() => call(routes.makeBackup), t('backedUp')),
    },
  ];
}
