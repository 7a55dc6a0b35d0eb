import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, type ReactNode } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import { mostChosen } from '../../shared/notes.ts';
import { routes } from '../../shared/routes.ts';
import { call } from '../api.ts';
import { RowLeads, type RowOf } from '../archive/row-lead.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { SelectBox } from './select-box.tsx';
import { SelectContext, useOfSelection } from './select-context.ts';
import classes from './select-provider.module.css';
import { SelectionStore } from './selection-store.ts';
import { t } from './texts.ts';
import { useSelectKeys } from './use-select-keys.ts';
import { useTouchSelect } from './use-touch-select.ts';

/** Most readers never choose anything. */
const SelectBar = lazy(async () => ({ default: (await import('./select-bar.tsx')).SelectBar }));

interface SelectProviderProps {
  /** What of the archive is in view: nothing else is chosen by a range. */
  fields: ArchiveFilterFields;
  children: ReactNode;
}

const boxOf = (of: RowOf) => <SelectBox of={of} />;
const noFields: ArchiveFilterFields = {};

/** The rows of a page can be chosen, and what can be done with them is shown while some are. */
export function SelectProvider({ fields, children }: SelectProviderProps) {
  const store = useMemo(() => keptStore(fields), [fields]);
  useSelectKeys(store);
  useFreshLook(store);
  const touch = useTouchSelect(store);
  return (
    <SelectContext value={store}>
      <RowLeads value={boxOf}>
        <div className={classes.rows} {...touch}>
          {children}
        </div>
      </RowLeads>
      <Bar />
    </SelectContext>
  );
}

/** The same for a page without filters. */
export const SelectAnything = ({ children }: { children: ReactNode }) => (
  <SelectProvider fields={noFields}>{children}</SelectProvider>
);

function Bar() {
  const isAny = useOfSelection((selection) => selection.isAny() || selection.isBusy());
  return (
    isAny && (
      <Suspense>
        <SelectBar />
      </Suspense>
    )
  );
}

let kept: { key: string; store: SelectionStore } | null = null;

/** What was chosen is still chosen when the reader comes back, or goes on to another day; under other filters it is not. */
function keptStore(fields: ArchiveFilterFields): SelectionStore {
  const key = JSON.stringify(fields);
  if (kept?.key !== key) kept = { key, store: storeFor(fields) };
  return kept.store;
}

const storeFor = (fields: ArchiveFilterFields) =>
  new SelectionStore({
    select: async (stretch) =>
      (await call(routes.selectCaptures, { query: { ...stretch, ...fields } })).captures,
    look: async (clipIds) => (await call(routes.lookAtClips, { body: { clipIds } })).captures,
    onError: failed(t('notChosen')),
    onTooMany: () => toast(t('tooMany', { most: mostChosen })),
  });

/** Answers that are read again when clips change; then the chosen ones may have changed too. */
const follows: ReadonlySet<unknown> = new Set(
  [routes.getDay, routes.getDayJourneys, routes.listDayShorts, routes.getCalendar].map(({ path }) => path),
);
const restMs = 1500;

function useFreshLook(store: SelectionStore): void {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = client.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'success') return;
      if (!follows.has(event.query.queryKey[0]) || !store.isAny() || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        void store.look();
      }, restMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, store]);
}
