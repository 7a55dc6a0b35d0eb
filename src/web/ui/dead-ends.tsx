import { Button } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { IconBug, IconCloudOff, IconMapOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLiveState } from '../live-context.tsx';
import { EmptyState } from './states.tsx';
import { t } from './texts.ts';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState
      icon={<IconMapOff size={28} stroke={1.6} />}
      title={t('noPage')}
      action={<Link to="/">{t('goHome')}</Link>}
    >
      {t('noPageWhy')}
    </EmptyState>
  );
}

/** The script of a page could not be fetched. */
export class PageFetchError extends Error {
  override name = 'PageFetchError';
}

/** A page that broke: its script could not be fetched, or a mistake of ours. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof PageFetchError) return <PageNotFetched />;
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div role="alert">
      <EmptyState
        icon={<IconBug size={28} stroke={1.6} />}
        tone="red"
        title={t('pageBroke')}
        action={
          <>
            <Button variant="default" onClick={again}>
              {t('again')}
            </Button>{' '}
            <Button variant="default" onClick={() => location.reload()}>
              {t('loadAnew')}
            </Button>
          </>
        }
      >
        {error instanceof Error ? error.message : String(error)}
      </EmptyState>
    </div>
  );
}

/** The server is away, or has been updated and knows this version's scripts no more; loading anew serves both. */
function PageNotFetched() {
  const { connected } = useLiveState();
  const [wasAway] = useState(!connected);
  useEffect(() => {
    if (wasAway && connected) location.reload();
  }, [wasAway, connected]);
  return (
    <div role="alert">
      <EmptyState
        icon={<IconCloudOff size={28} stroke={1.6} />}
        tone="red"
        title={t('pageNotFetched')}
        action={
          <Button variant="default" onClick={() => location.reload()}>
            {t('loadAnew')}
          </Button>
        }
      >
        {t('pageNotFetchedWhy')}
      </EmptyState>
    </div>
  );
}
