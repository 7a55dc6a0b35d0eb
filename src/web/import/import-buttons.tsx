import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { Import, ImportOptionsPatch } from '../../shared/imports.ts';
import { routes } from '../../shared/routes.ts';
import { call, useAction } from '../api.ts';
import { failed } from '../ui/toasts.ts';
import { isOpen } from './import-plan.ts';
import { t } from './texts.ts';
import type { UploadView } from './upload-view.ts';
import { uploads } from './uploads.ts';

interface ImportButtonsProps {
  one: Import;
  upload: UploadView | null;
  wishes: ImportOptionsPatch;
  startWords: string;
  canStart: boolean;
}

/** What can be done with an import as it stands. */
export function ImportButtons({ one, upload, wishes, startWords, canStart }: ImportButtonsProps) {
  const can = deedsOf(one, upload);
  const start = useDeed(t('notStarted'), () => startImport(one, wishes));
  const pause = useDeed(t('notPaused'), () => pauseImport(one));
  const cancel = useAction(routes.cancelImport, {
    refetch: [routes.listImports],
    onError: failed(t('notEnded')),
    onSuccess: () => uploads.forget(one.id),
  });
  return (
    <>
      {can.start && (
        <Button
          leftSection={<IconPlayerPlay size={17} aria-hidden />}
          disabled={!canStart}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {startWords}
        </Button>
      )}
      {can.pause && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={17} aria-hidden />}
          loading={pause.isPending}
          onClick={() => pause.mutate()}
        >
          {t('pause')}
        </Button>
      )}
      {isOpen(one) && (
        <Button
          variant="default"
          leftSection={<IconX size={17} aria-hidden />}
          title={t('endHint')}
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ params: { id: one.id } })}
        >
          {t(one.startedAt === null ? 'discard' : 'endIt')}
        </Button>
      )}
    </>
  );
}

/** Only the page that has its files can go on with an upload, or stop sending them. */
function deedsOf({ kind, state }: Import, upload: UploadView | null): { start: boolean; pause: boolean } {
  if (kind === 'folder')
    return { start: state === 'ready' || state === 'paused', pause: state === 'running' };
  const phase = upload?.phase;
  return {
    start: phase === 'asking' || phase === 'paused',
    pause: state === 'running' && (phase === 'sending' || phase === 'waiting'),
  };
}

async function startImport(one: Import, body: ImportOptionsPatch): Promise<void> {
  const session = uploads.session(one.id);
  if (session) await session.start(body);
  else await call(routes.startImport, { params: { id: one.id }, body });
}

async function pauseImport(one: Import): Promise<void> {
  const session = uploads.session(one.id);
  if (session) await session.pause();
  else await call(routes.pauseImport, { params: { id: one.id } });
}

/** Live events bring what it has changed. */
function useDeed(refused: string, mutationFn: () => Promise<void>) {
  return useMutation({ mutationFn, onError: failed(refused) });
}
