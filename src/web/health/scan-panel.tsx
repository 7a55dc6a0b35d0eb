import { Button } from '@mantine/core';
import { IconFolderSearch, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { routes } from '../../shared/routes.ts';
import type { Scan } from '../../shared/system.ts';
import { useAction, useRoute } from '../api.ts';
import { fullStop } from '../format.ts';
import { Light } from '../ui/chips.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Panel } from '../ui/panel.tsx';
import { failed } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import classes from './health-page.module.css';
import { scanCounts, scanLine, scanTone } from './health-words.ts';

/** The problem that many clips are not in the folder any more, and nobody has said why. */
const vanishedProblem = 'archive:vanished';

/** The search of the archive folder for clips that the archive does not know, and for those that are gone. */
export function ScanPanel({ scan }: { scan: Scan }) {
  const now = useNow();
  const counts = scanCounts(scan);
  return (
    <Panel title={t('archiveFolder')}>
      <div className={classes.body}>
        <output className={classes.state}>
          <Light tone={scanTone(scan)} />
          {scanLine(scan, now)}
        </output>
        {counts && <p>{counts}</p>}
        {scan.message && (
          <p className={scan.state === 'failed' ? classes.error : classes.dim}>{fullStop(scan.message)}</p>
        )}
        <p className={classes.dim}>{t('scanHelp')}</p>
        <ScanButtons isRunning={scan.state === 'running'} />
      </div>
    </Panel>
  );
}

function ScanButtons({ isRunning }: { isRunning: boolean }) {
  const affected = { refetch: [routes.getSystem, routes.getStatus] };
  const start = useAction(routes.startScan, {
    ...affected,
    onError: failed(t('scanNotStarted')),
  });
  const stop = useAction(routes.stopScan, { ...affected, onError: failed(t('scanNotStopped')) });
  if (isRunning) {
    return (
      <div>
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={17} aria-hidden />}
          loading={stop.isPending}
          onClick={() => stop.mutate(undefined)}
        >
          {t('stop')}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.buttons}>
      <Button
        variant="default"
        leftSection={<IconFolderSearch size={17} aria-hidden />}
        loading={start.isPending}
        onClick={() => start.mutate({ body: {} })}
      >
        {t('scanNow')}
      </Button>
      <Button
        variant="default"
        disabled={start.isPending}
        onClick={() => start.mutate({ body: { thorough: true } })}
      >
        {t('scanAll')}
      </Button>
      <ReallyGone onConfirm={() => start.mutate({ body: { acceptMissing: true } })} />
    </div>
  );
}

/** Only a person can tell an emptied folder from a disk that is not mounted. */
function ReallyGone({ onConfirm }: { onConfirm: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const problems = useRoute(routes.getStatus).data?.problems ?? [];
  const problem = problems.find(({ key }) => key === vanishedProblem);
  if (!problem) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('reallyGone')}
      </Button>
      <Confirm
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t('reallyGoneTitle')}
        deed={t('reallyGoneDeed')}
        danger
        onConfirm={() => {
          setAsked(false);
          onConfirm();
        }}
      >
        <p>{problem.message}</p>
        <p>{t('reallyGoneHelp')}</p>
      </Confirm>
    </>
  );
}
