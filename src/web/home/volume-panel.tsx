import { Button, Progress } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { routes } from '../../shared/routes.ts';
import type { ArchiveVolume, Status } from '../../shared/status.ts';
import { useAction, useRoute } from '../api.ts';
import { formatInstant, fullStop } from '../format.ts';
import { forecastWords } from '../storage/disk-words.ts';
import { stateTone, stateWords } from '../storage/sweep-words.ts';
import { Light } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { acceptWords, clipsAndSize, spaceWords, volumeTitle, volumeTone } from './home-words.ts';
import { t } from './texts.ts';
import classes from './volume-panel.module.css';

/** Most readers are never asked. */
const Confirm = lazy(async () => ({ default: (await import('../ui/confirm.tsx')).Confirm }));

/** The disk the archive is on: can it take clips, how full is it, and what to do when not. */
export function VolumePanel({ archive }: { archive: Status['archive'] }) {
  const now = useNow();
  const tone = volumeTone(archive.state);
  const isWrong = archive.state !== 'ready' && archive.checkedAt !== null;
  const lookedAt = isWrong ? formatInstant(archive.checkedAt ?? now, now) : null;
  const isAcceptable = archive.state === 'unmarked' || archive.state === 'foreign';
  return (
    <Panel title={t('archive')} actions={<Link to="/storage">{t('storage')}</Link>}>
      <div className={classes.body}>
        <output className={classes.state}>
          <Light tone={tone} />
          {volumeTitle(archive.state)}
        </output>
        {archive.message && <p className={classes.message}>{fullStop(archive.message)}</p>}
        {isAcceptable && <AcceptButton archive={archive} />}
        <Space archive={archive} />
        <Outlook />
        <Facts
          facts={[
            [t('inArchive'), clipsAndSize(archive.clips, archive.bytes)],
            [t('folder'), archive.path],
            [t('lookedAt'), lookedAt],
          ]}
          form="rows"
        />
      </div>
    </Panel>
  );
}

function Space({ archive }: { archive: ArchiveVolume }) {
  const words = spaceWords(archive);
  if (words === null) return null;
  const { freeBytes, totalBytes } = archive;
  const usedShare = freeBytes !== null && totalBytes ? 1 - freeBytes / totalBytes : null;
  return (
    <div className={classes.space}>
      <span>{words}</span>
      {usedShare !== null && (
        <Progress.Root size={8} radius="xl" className={classes.bar}>
          <Progress.Section
            value={usedShare * 100}
            color={usedShare > 0.97 ? 'amber.4' : 'gray.5'}
            aria-label={t('spaceUsed')}
          />
        </Progress.Root>
      )}
    </div>
  );
}

/** When the disk is full, and what is being deleted or waits for a word; nothing while that is not known. */
function Outlook() {
  const now = useNow();
  const storage = useRoute(routes.getStorage).data;
  const retention = useRoute(routes.getRetention).data;
  const isDeleting = retention?.state === 'sweeping';
  return (
    <>
      {storage && <p>{forecastWords(storage.forecast, now)}</p>}
      {retention && (isDeleting || retention.confirmation !== null) && (
        <p className={classes.sweep}>
          <Light tone={isDeleting ? stateTone(retention) : 'amber'} />
          <span>
            {isDeleting ? stateWords(retention, now) : t('sweepWaits')}{' '}
            <Link to="/storage" className={classes.link}>
              {t(isDeleting ? 'seeIt' : 'lookAtIt')}
            </Link>
          </span>
        </p>
      )}
    </>
  );
}

function AcceptButton({ archive }: { archive: ArchiveVolume }) {
  const [opened, { open, close }] = useDisclosure(false);
  const accept = useAction(routes.acceptVolume, {
    refetch: [routes.getStatus],
    onSuccess: () => {
      close();
      toast(t('folderUsed'));
    },
    onError: failed(t('folderRefused')),
  });
  return (
    <div>
      <Button variant="default" onClick={open}>
        {t('useFolder')}
      </Button>
      <Suspense>
        <Confirm
          opened={opened}
          onClose={close}
          title={t('useFolderAsk')}
          deed={t('useFolder')}
          isBusy={accept.isPending}
          onConfirm={() => accept.mutate(undefined)}
        >
          {acceptWords(archive).map((text) => (
            <p key={text}>{text}</p>
          ))}
        </Confirm>
      </Suspense>
    </div>
  );
}
