import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import type { SyncSummary } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { keyOf, useAction } from '../api.ts';
import { failed } from './toasts.ts';
import { t } from './texts.ts';

const affected = [routes.getStatus, routes.getQueue];

/** Pause or resume, and look for the camera at once. */
export function SyncButtons({ paused }: { paused: boolean }) {
  const client = useQueryClient();
  const show = (sync: SyncSummary) =>
    client.setQueriesData<Status>(
      { queryKey: keyOf(routes.getStatus) },
      (status) => status && { ...status, sync },
    );
  const pause = useAction(routes.pauseSync, {
    refetch: affected,
    onSuccess: show,
    onError: failed(t('pauseFailed')),
  });
  const resume = useAction(routes.resumeSync, {
    refetch: affected,
    onSuccess: show,
    onError: failed(t('resumeFailed')),
  });
  const now = useAction(routes.syncNow, {
    refetch: affected,
    onSuccess: show,
    onError: failed(t('lookFailed')),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRefresh size={17} />}
        loading={now.isPending}
        onClick={() => now.mutate({ body: {} })}
      >
        {t('lookNow')}
      </Button>
      {paused ? (
        <Button
          leftSection={<IconPlayerPlay size={17} />}
          loading={resume.isPending}
          onClick={() => resume.mutate(undefined)}
        >
          {t('resume')}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={17} />}
          loading={pause.isPending}
          onClick={() => pause.mutate(undefined)}
        >
          {t('pause')}
        </Button>
      )}
    </>
  );
}
