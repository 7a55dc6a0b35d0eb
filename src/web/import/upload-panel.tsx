import { useMutation } from '@tanstack/react-query';
import { IconUpload } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { Panel } from '../ui/panel.tsx';
import { failed } from '../ui/toasts.ts';
import { ChooseFiles } from './choose-files.tsx';
import classes from './import-page.module.css';
import { t } from './texts.ts';
import type { Chosen } from './upload-plan.ts';
import { uploads } from './uploads.ts';

const DropArea = lazy(async () => ({ default: (await import('./drop-area.tsx')).DropArea }));

/** Recordings that lie on the device in front of the reader. */
export function UploadPanel({ cameraId }: { cameraId: number | null }) {
  const offer = useMutation({
    mutationFn: (files: Chosen[]) => uploads.offer(files, cameraId),
    onError: failed(t('notBegun')),
  });
  const inside = (
    <div className={classes.drop}>
      <IconUpload className={classes.dropIcon ?? ''} size={28} stroke={1.6} aria-hidden />
      <p className={classes.dropTitle}>{t('dropHere')}</p>
      <ChooseFiles isBusy={offer.isPending} onChoose={offer.mutate} />
    </div>
  );
  return (
    <Panel title={t('fromDevice')}>
      <div className={classes.body}>
        <Suspense fallback={inside}>
          <DropArea onChoose={offer.mutate}>{inside}</DropArea>
        </Suspense>
        <p className={classes.dim}>{t('uploadHelp')}</p>
      </div>
    </Panel>
  );
}
