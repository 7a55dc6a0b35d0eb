import { Button, Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconRefresh } from '@tabler/icons-react';
import type { MediaStatus } from '../../shared/media.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { fullStop } from '../format.ts';
import { RichText } from '../text/rich-text.tsx';
import { Light, Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import { clipTitle } from '../words.ts';
import { cacheWords, encoderName, failureLine, mediaLine, mediaTone, waitingWords } from './care-words.ts';
import lists from './care-panels.module.css';
import classes from './health-page.module.css';
import { LongList } from './long-list.tsx';

/** What makes pictures, small copies and repairs: what it is at, with what, and what it could not do. */
export function MediaPanel() {
  const media = useRoute(routes.getMediaStatus);
  const retry = useAction(routes.retryMedia, {
    refetch: [routes.getMediaStatus],
    onError: failed(t('mediaNotRetried')),
    onSuccess: () => toast(t('mediaRetried')),
  });
  return (
    <Panel
      title={t('media')}
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={17} aria-hidden />}
          title={t('mediaRetryHint')}
          loading={retry.isPending}
          onClick={() => retry.mutate(undefined)}
        >
          {t('tryAgain')}
        </Button>
      }
    >
      <QueryView query={media} what={t('theMedia')} skeleton={<SkeletonLines widths={[50, 80, 60, 90]} />}>
        {(data) => <Media status={data} />}
      </QueryView>
    </Panel>
  );
}

function Media({ status }: { status: MediaStatus }) {
  const waiting = waitingWords(status);
  return (
    <div className={classes.body}>
      <div>
        <output className={classes.state}>
          <Light tone={mediaTone(status)} />
          {fullStop(mediaLine(status))}
        </output>
        {status.message && <p className={classes.dim}>{fullStop(status.message)}</p>}
        {waiting && <p className={classes.dim}>{waiting}</p>}
      </div>
      <Cache status={status} />
      {status.encoders.length > 0 && <Encoders status={status} />}
      <Failures status={status} />
    </div>
  );
}

function Cache({ status }: { status: MediaStatus }) {
  const { bytes, budgetBytes } = status.cache;
  return (
    <section className={lists.cache}>
      <h3 className={classes.subtitle}>{t('cacheKept')}</h3>
      <Progress
        size={8}
        radius="xl"
        aria-label={t('cacheRoom')}
        value={Math.min(1, bytes / Math.max(1, budgetBytes)) * 100}
      />
      <p>{cacheWords(status)}</p>
      <p className={classes.dim}>
        <RichText of={t} text="cacheHelp" parts={{ to: <Link to="/settings" search={{ q: 'cacheGb' }} /> }} />
      </p>
    </section>
  );
}

function Encoders({ status: { encoders, encoder: used } }: { status: MediaStatus }) {
  return (
    <section>
      <h3 className={classes.subtitle}>{t('madeWith')}</h3>
      <ul className={lists.list}>
        {encoders.map(({ encoder, works, message }) => (
          <li key={encoder}>
            <span className={lists.encoder}>
              <Light tone={works ? 'green' : 'quiet'} />
              <span className={lists.name}>{encoderName(encoder)}</span>
              <span className={lists.words}>
                {t(encoder === used ? 'inUse' : works ? 'works' : 'worksNot')}
              </span>
            </span>
            {message && <span className={lists.words}>{fullStop(message)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Failures({ status: { failed: count, failures } }: { status: MediaStatus }) {
  const now = useNow();
  if (count === 0) return null;
  return (
    <section>
      <h3 className={classes.subtitle}>
        <Toned tone="amber">{t('couldNot', { count })}</Toned>
      </h3>
      <LongList
        className={lists.list}
        items={failures}
        shownAtFirst={5}
        keyOf={({ clipId, kind }) => `${clipId} ${kind}`}
        render={(failure) => (
          <>
            <span className={lists.name} title={failure.name}>
              {clipTitle(failure.name)}
            </span>
            <span className={lists.words}>{failureLine(failure, now)}</span>
          </>
        )}
      />
      {count > failures.length && (
        <p className={classes.dim}>{t('andMore', { count: count - failures.length })}</p>
      )}
    </section>
  );
}
