import { VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Status } from '../../shared/status.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { useLiveState } from '../live-context.tsx';
import { Light } from './chips.tsx';
import classes from './status-pill.module.css';
import { statusLine } from './status-words.ts';
import { useNow } from './use-now.ts';
import { t } from './texts.ts';

const graceMs = 2_000;

/** The state of everything in one sentence; while the live channel is down, as of when that is. */
export function StatusPill() {
  const status = useRoute(routes.getStatus);
  const lostAt = useLostAt();
  const now = useNow();
  if (lostAt !== null) return <ReconnectingPill since={status.data ? lostAt : null} />;
  if (!status.data && status.isError) return <SilentPill />;
  if (!status.data) return <span className={classes.pill} data-tone="quiet" aria-hidden data-empty />;
  return <StatePill status={status.data} now={now} />;
}

function StatePill({ status, now }: { status: Status; now: number }) {
  const { tone, text, short, spoken, to } = statusLine(status, now);
  return (
    <>
      <Link
        to={to}
        className={classes.pill}
        data-tone={tone}
        aria-label={t(to === '/storage' ? 'openStorage' : 'openDownloads', { state: text })}
      >
        <Light tone={tone} />
        <span className={classes.long}>{text}</span>
        <span className={classes.short}>{short}</span>
      </Link>
      <VisuallyHidden component="output">{spoken}</VisuallyHidden>
    </>
  );
}

function SilentPill() {
  return (
    <output className={classes.pill} data-tone="quiet">
      <IconCloudOff size={16} stroke={1.8} aria-hidden />
      <span className={classes.long}>{t('stateUnknown')}</span>
      <span className={classes.short}>{t('unknown')}</span>
    </output>
  );
}

function ReconnectingPill({ since }: { since: number | null }) {
  const now = useNow();
  const asOf = since === null ? null : formatInstant(since, now);
  return (
    <output className={classes.pill} data-tone="quiet">
      <IconCloudOff size={16} stroke={1.8} aria-hidden />
      <span className={classes.long}>{asOf ? t('reconnectingAsOf', { time: asOf }) : t('reconnecting')}</span>
      <span className={classes.short}>{asOf ? t('asOf', { time: asOf }) : t('reconnecting')}</span>
    </output>
  );
}

/** When the live channel was lost, once that is longer ago than a moment; null while it is up. */
function useLostAt(): number | null {
  const { connected, since } = useLiveState();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (connected) return undefined;
    const timer = setTimeout(() => setLong(true), graceMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [connected]);
  return !connected && isLong ? since : null;
}
