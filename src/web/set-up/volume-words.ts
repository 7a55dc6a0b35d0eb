/** What the trial of a folder has shown, in sentences with what to do. */
import type { VolumeCheck } from '../../shared/set-up.ts';
import { formatBytes, formatSpeed } from '../format.ts';
import { t } from './texts.ts';

/** `good`: as it should be; `note`: works, and is worth knowing; `bad`: to be mended. */
export interface Finding {
  tone: 'good' | 'note' | 'bad';
  text: string;
  advice: string | null;
}

const gigabyte = 1e9;
const fewBytes = { recordings: 20 * gigabyte, config: 2 * gigabyte } as const;
/** Less than a camera sends over a good connection. */
const slowBytesPerSecond = 15e6;
const slowSyncMs = 150;

/** The findings of one folder, the worst first. */
export function findingsOf(check: VolumeCheck): Finding[] {
  const found = [
    stateFinding(check),
    ...(check.volume === 'recordings' ? ofRecordings(check) : ofConfig(check)),
  ];
  const rank = { bad: 0, note: 1, good: 2 } as const;
  return found
    .filter((finding) => finding !== null)
    .toSorted((one, other) => rank[one.tone] - rank[other.tone]);
}

function ofRecordings(check: VolumeCheck): (Finding | null)[] {
  const isReady = check.state === 'ready' || check.state === 'critical';
  return [
    roomFinding(check),
    writeFinding(check),
    isReady ? good(t('marked')) : null,
    check.networkType === null ? null : good(t('recordingsOnNetwork', { type: check.networkType })),
  ];
}

function ofConfig(check: VolumeCheck): (Finding | null)[] {
  const { networkType: type, isShared, trial } = check;
  return [
    type === null
      ? trial && good(t('configLocal'))
      : { tone: 'bad', text: t('configOnNetwork', { type }), advice: t('configOnNetworkHelp') },
    roomFinding(check),
    trial && trial.syncMs > slowSyncMs
      ? note(t('syncsSlowly', { ms: Math.round(trial.syncMs) }), t('syncsSlowlyHelp'))
      : null,
    writeFinding(check),
    isShared === null ? null : isShared ? note(t('sharedDisk'), t('sharedDiskHelp')) : good(t('otherDisk')),
  ];
}

/** What the server says of a folder that cannot be used as it should. */
function stateFinding({ message, state }: VolumeCheck): Finding | null {
  if (message === null) return null;
  return { tone: state === 'critical' ? 'note' : 'bad', text: message, advice: null };
}

function roomFinding({ volume, freeBytes: free, totalBytes: total }: VolumeCheck): Finding | null {
  if (free === null || total === null) return null;
  if (free >= fewBytes[volume])
    return good(t('freeOf', { free: formatBytes(free), total: formatBytes(total) }));
  const advice = volume === 'recordings' ? t('freeFewRecordings') : t('freeFewConfig');
  return note(t('freeFew', { free: formatBytes(free) }), advice);
}

function writeFinding({ volume, trial }: VolumeCheck): Finding | null {
  if (trial === null) return null;
  // Too little was written to say how fast it goes.
  if (trial.bytes < 1024 * 1024) return good(t('writesUnmeasured'));
  const speed = formatSpeed(trial.bytesPerSecond);
  if (volume === 'config' || trial.bytesPerSecond >= slowBytesPerSecond) return good(t('writes', { speed }));
  return note(t('writesSlowly', { speed }), t('writesSlowlyHelp'));
}

const good = (text: string): Finding => ({ tone: 'good', text, advice: null });
const note = (text: string, advice: string): Finding => ({ tone: 'note', text, advice });
