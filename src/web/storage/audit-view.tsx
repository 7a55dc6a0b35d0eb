import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { IconHistory, IconSearch } from '@tabler/icons-react';
import { memo, useCallback, useRef, useState } from 'react';
import type { AuditEntry } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { LockedMark } from '../ui/chips.tsx';
import { useKeys } from '../ui/keys.ts';
import { SmallButton } from '../ui/queue-buttons.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { useLatest } from '../ui/use-latest.ts';
import { useNow } from '../ui/use-now.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { isReasonChoice, reasonChoices, reasonFilter, type ReasonChoice } from './audit-plan.ts';
import classes from './audit-view.module.css';
import { ClipRow } from './clip-row.tsx';
import { useRestore } from './use-removal.ts';
import { useAudit, useCameraNames } from './use-storage.ts';
import { entryWords, fateWords, type CameraNames } from './why-words.ts';
import { t } from './texts.ts';

interface Filter {
  reason: ReasonChoice;
  cameraId: number | null;
  name: string;
}

const route = getRouteApi('/storage');
const noFilter: Filter = { reason: 'all', cameraId: null, name: '' };

/** Every deletion with its reason and what became of it, newest first. */
export function AuditView() {
  const { name: asked = '' } = route.useSearch();
  const [filter, setFilter] = useState({ ...noFilter, name: asked });
  const [name] = useDebouncedValue(filter.name.trim(), 300);
  const audit = useAudit({
    ...reasonFilter(filter.reason),
    ...(filter.cameraId !== null && { cameraId: filter.cameraId }),
    ...(name && { name }),
  });
  const isFiltered = filter.reason !== 'all' || filter.cameraId !== null || name !== '';
  return (
    <div className={classes.view}>
      <Filters filter={filter} onChange={setFilter} />
      <QueryView query={audit} what={t('theLog')} skeleton={<SkeletonRows count={8} form="line" />}>
        {() =>
          audit.entries.length === 0 ? (
            <NothingThere isFiltered={isFiltered} />
          ) : (
            <Entries entries={audit.entries} onMore={audit.more} />
          )
        }
      </QueryView>
    </div>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const names = useCameraNames();
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  return (
    <search className={classes.filters} aria-label={t('theLog')}>
      <NativeSelect
        aria-label={t('reason')}
        data={reasonChoices()}
        value={filter.reason}
        onChange={({ currentTarget: { value } }) => {
          if (isReasonChoice(value)) onChange({ ...filter, reason: value });
        }}
      />
      {names.size > 1 && (
        <NativeSelect
          aria-label={t('camera')}
          data={[
            { value: '', label: t('allCameras') },
            ...[...names].map(([id, label]) => ({ value: String(id), label })),
          ]}
          value={filter.cameraId === null ? '' : String(filter.cameraId)}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...filter, cameraId: value === '' ? null : Number(value) })
          }
        />
      )}
      <TextInput
        ref={input}
        type="search"
        aria-label={t('partOfName')}
        placeholder={t('partOfName')}
        maxLength={100}
        value={filter.name}
        leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
        onChange={(event) => onChange({ ...filter, name: event.currentTarget.value })}
        onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
      />
    </search>
  );
}

function Entries({ entries, onMore }: { entries: readonly AuditEntry[]; onMore: () => void }) {
  const now = useNow();
  const names = useCameraNames();
  const trashHours = useRoute(routes.getSettings).data?.settings.trashHours ?? null;
  const { restore } = useRestore();
  const restoreOne = useLatest((entry: AuditEntry) => restore([entry]));
  const keyOf = useCallback((index: number) => entries[index]?.id ?? index, [entries]);
  return (
    <VirtualList
      framed
      count={entries.length}
      label={t('whatWentAndWhy')}
      estimateSize={() => 64}
      keyOf={keyOf}
      onRange={(_, last) => last >= entries.length - 20 && onMore()}
      renderRow={(index) => {
        const entry = entries[index];
        return entry && <EntryRow {...{ entry, names, now, trashHours }} onRestore={restoreOne} />;
      }}
    />
  );
}

interface EntryRowProps {
  entry: AuditEntry;
  names: CameraNames;
  now: number;
  trashHours: number | null;
  onRestore: (entry: AuditEntry) => void;
}

const EntryRow = memo(function EntryRow({ entry, names, now, trashHours, onRestore }: EntryRowProps) {
  return (
    <ClipRow
      isEdge
      clip={entry}
      marks={entry.locked && <LockedMark />}
      why={
        <>
          {entryWords(entry, names)}
          <span className={classes.at}>{formatInstant(entry.at, now)}</span>
        </>
      }
      fate={fateWords(entry, now, trashHours)}
      action={entry.inTrash && <SmallButton word={t('restore')} onClick={() => onRestore(entry)} />}
    />
  );
});

function NothingThere({ isFiltered }: { isFiltered: boolean }) {
  const icon = <IconHistory size={28} stroke={1.6} />;
  if (isFiltered) {
    return (
      <EmptyState icon={icon} title={t('nothingFits')}>
        {t('nothingFitsHelp')}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title={t('nothingDeletedYet')}>
      {t('nothingDeletedHelp')}
    </EmptyState>
  );
}
