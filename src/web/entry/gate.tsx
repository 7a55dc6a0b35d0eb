import { Button } from '@mantine/core';
import { useQueryClient, type Query } from '@tanstack/react-query';
import { CatchBoundary } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { routes } from '../../shared/routes.ts';
import { useLive } from '../live-context.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { gateView, mustForget, type GateView } from './gate-plan.ts';
import { Silent, Starting } from './starting.tsx';
import { useStartup } from './use-startup.ts';

const fetchEntryPages = () => import('./entry-pages.tsx');
const EntryPages = lazy(async () => ({ default: (await fetchEntryPages()).EntryPages }));

/** Shows the app when the server is ready and this browser may use it; until then, and whenever that ends, what stands before it. The address stays as it is. */
export function Gate({ children }: { children: ReactNode }) {
  const { data, error } = useStartup();
  const view = gateView({ data, error });
  const isOpen = view.kind === 'app';
  const wasOpen = useWasTrue(isOpen);
  useLiveWhile(isOpen);
  useFreshAnswers(isOpen, mustForget(view));
  usePreloadedEntryPages(isOpen);
  return isOpen ? children : <Before view={view} wasOpen={wasOpen} />;
}

function Before({ view, wasOpen }: { view: Exclude<GateView, { kind: 'app' }>; wasOpen: boolean }) {
  if (view.kind === 'asking') return <Silent silent={null} />;
  if (view.kind === 'silent') return <Silent silent={view.silent} />;
  if (view.kind === 'starting') return <Starting startup={view.startup} silent={view.silent} />;
  return (
    <CatchBoundary getResetKey={() => view.kind} errorComponent={NotFetched}>
      <Suspense fallback={<Silent silent={null} />}>
        <EntryPages kind={view.kind} startup={view.startup} silent={view.silent} wasOpen={wasOpen} />
      </Suspense>
    </CatchBoundary>
  );
}

/** The server has been updated and knows this version's scripts no more, or was away at this moment. */
function NotFetched() {
  return (
    <EntryFrame title="This page could not be fetched">
      <p role="alert">The server was away for a moment, or it has been updated meanwhile.</p>
      <div>
        <Button onClick={() => location.reload()}>Load anew</Button>
      </div>
    </EntryFrame>
  );
}

function useWasTrue(value: boolean): boolean {
  const [was, setWas] = useState(value);
  if (value && !was) setWas(true);
  return was;
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

/** What was read before the gate closed is read again, and is forgotten when the reader must log in first. */
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

/** Fetched while the server is there: it is needed when the session ends. */
function usePreloadedEntryPages(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setTimeout(() => void fetchEntryPages().catch(() => null), 4_000);
    return () => clearTimeout(timer);
  }, [isOpen]);
}
