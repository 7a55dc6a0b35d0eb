import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AccountSession } from '../../shared/accounts.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { Confirm } from '../ui/confirm.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { deviceWords } from './device-words.ts';
import classes from './access-panel.module.css';
import { t } from './texts.ts';

/** Who is logged in where; each but one's own can be ended, at once or together. */
export function Sessions() {
  const query = useRoute(routes.listSessions);
  return (
    <QueryView query={query} what={t('theSessions')} skeleton={<SkeletonLines widths={[50, 70, 50, 70]} />}>
      {({ sessions }) => (
        <div className={classes.sessions}>
          <ul className={classes.list}>
            {sessions.map((session) => (
              <Session key={session.id} session={session} />
            ))}
          </ul>
          <p className={classes.dim}>{t('sessionRest')}</p>
          {sessions.length > 1 && <EndOthers count={sessions.filter(({ isThis }) => !isThis).length} />}
        </div>
      )}
    </QueryView>
  );
}

function Session({ session }: { session: AccountSession }) {
  const now = useNow();
  const { isThis, isLasting } = session;
  const device = deviceWords(session.agent);
  return (
    <li className={classes.session}>
      <div>
        <p className={classes.device}>
          {device}
          {isThis && <span className={classes.mine}>{t('thisOne')}</span>}
        </p>
        <p className={classes.dim}>{sessionWords(session, now)}</p>
        {!isLasting && <p className={classes.amber}>{t('sessionFleeting')}</p>}
      </div>
      {!isThis && <EndOne id={session.id} device={device} />}
    </li>
  );
}

function sessionWords({ address, createdAt, lastSeenAt }: AccountSession, now: number): string {
  const times = { since: formatInstant(createdAt, now), seen: formatInstant(lastSeenAt, now) };
  return address === null ? t('sessionSince', times) : t('sessionFrom', { address, ...times });
}

const refetch = [routes.listSessions];

function EndOne({ id, device }: { id: string; device: string }) {
  const end = useAction(routes.endSession, {
    refetch,
    onSuccess: () => toast(t('endedOne', { device })),
    onError: failed(t('endFailed')),
  });
  return (
    <Button
      variant="default"
      size="xs"
      aria-label={t('endSessionOf', { device })}
      loading={end.isPending}
      onClick={() => end.mutate({ params: { id } })}
    >
      {t('endSession')}
    </Button>
  );
}

function EndOthers({ count }: { count: number }) {
  const [isAsking, setAsking] = useState(false);
  const end = useAction(routes.endOtherSessions, {
    refetch,
    onSuccess: ({ ended }) => {
      setAsking(false);
      toast(t('endedOthers', { count: ended }));
    },
    onError: failed(t('endFailed')),
  });
  return (
    <div>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('endOthers')}
      </Button>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={t('endOthersTitle')}
        deed={t('endOthers')}
        isBusy={end.isPending}
        onConfirm={() => end.mutate(undefined)}
      >
        <p>{t('endOthersHelp', { count })}</p>
      </Confirm>
    </div>
  );
}
