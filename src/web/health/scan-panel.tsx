import { fullStop } from '../format.ts';
import { Button } from '@mantine/core';
import { IconFolderSearch } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import type { Scan } from '../../shared/system.ts';
import { useAction } from '../api.ts';
import { Light } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { failed } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './health-page.module.css';
import { scanCounts, scanLine, scanTone } from './health-words.ts';

/** The search of the archive folder for clips that the archive does not know. */
export function ScanPanel({ scan }: { scan: Scan }) {
  const now = useNow();
  const counts = scanCounts(scan);
  const start = useAction(routes.startScan, {
    refetch: [routes.getSystem],
    onError: failed('The archive could not be looked through'),
  });
  return (
    <Panel title="Archive folder">
      <div className={classes.body}>
        <output className={classes.state}>
          <Light tone={scanTone(scan)} />
          {scanLine(scan, now)}
        </output>
        {counts && <p>{counts}</p>}
        {scan.message && (
          <p className={scan.state === 'failed' ? classes.error : classes.dim}>{fullStop(scan.message)}</p>
        )}
        <p className={classes.dim}>
          Recordings that were put into the folder by hand, or by another program, are found this way. Nothing
          is moved or deleted.
        </p>
        <div>
          <Button
            variant="default"
            leftSection={<IconFolderSearch size={17} />}
            loading={start.isPending}
            disabled={scan.state === 'running'}
            onClick={() => start.mutate(undefined)}
          >
            Look through the archive now
          </Button>
        </div>
      </div>
    </Panel>
  );
}
