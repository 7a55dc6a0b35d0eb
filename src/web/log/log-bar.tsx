import { Button, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay, IconSearch, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { formatInstant } from '../format.ts';
import { useKeys } from '../ui/keys.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './log-page.module.css';
import { logSearch, type LogSearch } from './log-search.ts';
import { t } from './texts.ts';

interface LogBarProps {
  search: LogSearch;
  areas: readonly string[];
  isPaused: boolean;
  isWrapped: boolean;
  onSearch: (search: LogSearch) => void;
  onPause: (isPaused: boolean) => void;
  onWrap: (isWrapped: boolean) => void;
}

/** Which lines are shown, and how. */
export function LogBar({ search, areas, isPaused, isWrapped, onSearch, onPause, onWrap }: LogBarProps) {
  const change = (part: Record<string, unknown>) => onSearch(logSearch({ ...search, ...part }));
  const known = search.area !== undefined && search.area !== 'app' && !areas.includes(search.area);
  const levels = [
    { value: '', label: t('allLevels') },
    { value: 'info', label: t('levelInfo') },
    { value: 'warn', label: t('levelWarn') },
    { value: 'error', label: t('levelError') },
  ];
  return (
    <div>
      <search className={classes.bar}>
        <SearchField text={search.q ?? ''} onChange={(q) => change({ q })} />
        <NativeSelect
          aria-label={t('level')}
          data={levels}
          value={search.level ?? ''}
          onChange={(event) => change({ level: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={t('area')}
          data={[
            { value: '', label: t('allAreas') },
            { value: 'app', label: t('areaApp') },
            ...(known ? [search.area ?? ''] : []),
            ...areas,
          ]}
          value={search.area ?? ''}
          onChange={(event) => change({ area: event.currentTarget.value })}
        />
      </search>
      <div className={classes.deeds}>
        {search.until === undefined ? (
          <>
            <PauseButton isPaused={isPaused} onPause={onPause} />
            <span>{t(isPaused ? 'paused' : 'following')}</span>
          </>
        ) : (
          <UntilButton until={search.until} onClear={() => change({ until: undefined })} />
        )}
        <Switch
          label={t('wrap')}
          checked={isWrapped}
          onChange={(event) => onWrap(event.currentTarget.checked)}
        />
      </div>
    </div>
  );
}

function PauseButton({ isPaused, onPause }: Pick<LogBarProps, 'isPaused' | 'onPause'>) {
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => onPause(!isPaused)}
    >
      {t(isPaused ? 'follow' : 'pause')}
    </Button>
  );
}

function UntilButton({ until, onClear }: { until: number; onClear: () => void }) {
  const now = useNow();
  return (
    <>
      <span>{t('until', { time: formatInstant(until, now) })}</span>
      <Button variant="default" size="xs" leftSection={<IconX size={16} aria-hidden />} onClick={onClear}>
        {t('toNow')}
      </Button>
    </>
  );
}

function SearchField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const [inForce, setInForce] = useState(text);
  if (inForce !== text) {
    setInForce(text);
    setTyped(text);
  }
  const tell = useDebouncedCallback(onChange, 300);
  useKeys({ '/': () => input.current?.focus() });
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={t('search')}
      placeholder={t('search')}
      value={typed}
      maxLength={200}
      leftSection={<IconSearch size={18} stroke={1.7} />}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
    />
  );
}
