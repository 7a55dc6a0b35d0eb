import { Button } from '@mantine/core';
import { IconDatabaseExport, IconDatabaseOff } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import type { Backup, System } from '../../shared/system.ts';
import { useAction } from '../api.ts';
import { formatBytes, formatInstant, fullStop } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { EmptyState } from '../ui/states.tsx';
import { toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import classes from './backups-panel.module.css';
import { keptWords } from './health-words.ts';
import { LongList } from './long-list.tsx';
import page from './health-page.module.css';

/** Copies of the database: which there are, how to make one, how to go back to one. */
export function BackupsPanel({ backups }: { backups: System['backups'] }) {
  const make = useAction(routes.makeBackup, {
    refetch: [routes.getSystem],
    onSuccess: () => toast(t('backedUp')),
  });
  const isRunning = backups.running || make.isPending;
  const error = isRunning ? null : (make.error?.message ?? backups.error);
  return (
    <Panel
      title={t('backups')}
      actions={
        <Button
          variant="default"
          leftSection={<IconDatabaseExport size={17} />}
          loading={isRunning}
          onClick={() => make.mutate(undefined)}
        >
          {t('backUpNow')}
        </Button>
      }
    >
      <div className={page.body}>
        {error !== null && (
          <p className={page.error} role="alert">
            {t('backupFailed', { reason: fullStop(error) })}
          </p>
        )}
        {backups.list.length === 0 ? <NoBackups /> : <List backups={backups.list} />}
        <Facts form="rows" facts={[[t('folder'), backups.folder]]} />
        <p className={page.dim}>
          {t('restoreHow', { kept: keptWords(backups.keep) })}{' '}
          <code className={page.command}>viofosync restore FILE</code>
        </p>
      </div>
    </Panel>
  );
}

function List({ backups }: { backups: readonly Backup[] }) {
  const now = useNow();
  return (
    <LongList
      items={backups}
      shownAtFirst={5}
      className={classes.list}
      keyOf={({ name }) => name}
      render={({ name, at, bytes }) => (
        <div className={classes.backup}>
          <span>{formatInstant(at, now)}</span>
          <span className={classes.size}>{formatBytes(bytes)}</span>
          <span className={classes.name}>{name}</span>
        </div>
      )}
    />
  );
}

function NoBackups() {
  return (
    <EmptyState compact icon={<IconDatabaseOff size={26} stroke={1.6} />} title={t('noBackups')}>
      {t('noBackupsHelp')}
    </EmptyState>
  );
}
