import { Button } from '@mantine/core';
import { useQueryClient, type Query } from '@tanstack/react-query';
import { CatchBoundary } from '@tanstack/react-router';
import { Activity, lazy, Suspense, useEffect, type ReactNode } from 'react';
import { routes } from '../../shared/routes.ts';
import type { AccessState } from '../../shared/startup.ts';
import { useLive } from '../live-context.tsx';
import { textsReady } from '../text/text.ts';
import { EntryFrame } from './entry-frame.tsx';
import { gateView, mustForget, setUpAddress, type GateView, type Was } from './gate-plan.ts';
import { Silent, Starting } from './starting.tsx';
import { t } from './texts.ts';
import { useKeptApp, type KeptApp } from './use-kept-app.ts';
import { useStartup } from './use-startup.ts';

const fetchEntryPages = async () => {
  const pages = await import('./entry-pages.tsx');
  await textsReady();
  return pages;
};
const SetUpPage = lazy(async () => {
  const { SetUpPage: page } = await import('../set-up/set-up-page.tsx');
  await textsReady();
  return { default: page };
});
const EntryPages = lazy(async () => ({ default: (await fetchEntryPages()).EntryPages }));

/**
 * Shows the app when the server is ready and this browser may use it; until then, and whenever that ends, what stands
 * before it. The address stays as it is, and so for a while does the app, unseen, with what was typed into it.
 */
export function Gate({ children }: { children: ReactNode }) {
  const { data, error } = useStartup();
  const view = gateView({ data, error });
  const isOpen = view.kind === 'app';
  const { app, closed } = useKeptApp(view);
  useLiveWhile(isOpen);
  useFreshAnswers(isOpen, mustForget(view, closed));
  useQuietWhile(app === 'kept');
  usePreloadedEntryPages(isOpen);
  return (
    <>
      {isOpen && isForSetUp(data?.access) ? (
        <Suspense fallback={<Silent silent={null} />}>
          <SetUpPage silent={null} onDone={() => location.assign('/')} />
        </Suspense>
      ) : (
        app !== 'gone' && <Activity mode={isOpen ? 'visible' : 'hidden'}>{children}</Activity>
      )}
      {view.kind !== 'app' && <Before view={view} was={wasOf(app, closed)} />}
    </>
  );
}

function wasOf(app: KeptApp['app'], closed: KeptApp['closed']): Was {
  if (closed === null) return 'never';
  return app === 'kept' ? 'kept' : 'left';
}

/** Where no password is needed yet, the set-up has an address of its own. */
function isForSetUp(access: AccessState | null | undefined): boolean {
  return access === 'open' && location.pathname === setUpAddress;
}

function Before({ view, was }: { view: Exclude<GateView, { kind: 'app' }>; was: Was }) {
  if (view.kind === 'asking') return <Silent silent={null} />;
  if (view.kind === 'silent') return <Silent silent={view.silent} />;
  if (view.kind === 'starting') return <Starting startup={view.startup} silent={view.silent} />;
  return (
    <CatchBoundary getResetKey={() => view.kind} errorComponent={NotFetched}>
      <Suspense fallback={<Silent silent={null} />}>
        <EntryPages kind={view.kind} startup={view.startup} silent={view.silent} was={was} />
      </Suspense>
    </CatchBoundary>
  );
}

/** The server has been updated and knows this version's scripts no more, or was away at this moment. */
function NotFetched() {
  return (
    <EntryFrame title={t('notFetched')}>
      <p role="alert">{t('notFetchedHelp')}</p>
      <div>
        <Button onClick={() => location.reload()}>{t('loadAnew')}</Button>
      </div>
    </EntryFrame>
  );
}

/** The live channel is up only while the app is: a server that refuses it must not be asked again and again. */
function useLiveWhile(isOpen: boolean): void {
  const live = useLive();
  useEffect(() => {
    if (!isOpen) return undefined;
    live.start();
    return () => live.stop();
  }, [isOpen, live]);
}

/** What was read before the gate closed is read again, and is forgotten when nothing is kept for the reader. */
function useFreshAnswers(isOpen: boolean, isForgetting: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (isForgetting) client.removeQueries({ predicate: isOfTheApp });
  }, [isForgetting, client]);
  useEffect(() => {
    if (isOpen) return () => void client.invalidateQueries({ predicate: isOfTheApp, refetchType: 'none' });
    return undefined;
  }, [isOpen, client]);
}

function isOfTheApp(query: Query): boolean {
  return query.queryKey[0] !== routes.getStartup.path;
}

/** What is not seen is not heard either. */
function useQuietWhile(isHidden: boolean): void {
  useEffect(() => {
    if (!isHidden) return;
    for (const media of document.querySelectorAll<HTMLMediaElement>('video, audio')) media.pause();
  }, [isHidden]);
}

/** Fetched while the server is there: it is needed when the session ends. */
function usePreloadedEntryPages(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setTimeout(() => void fetchEntryPages().catch(() => null), 4_000);
    return () => clearTimeout(timer);
  }, [isOpen]);
}
