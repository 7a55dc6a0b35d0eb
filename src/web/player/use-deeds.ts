import { useState } from 'react';
import { routes } from '../../shared/routes.ts';
import { readError, urlOf } from '../api.ts';
import { useKeep } from '../archive/use-keep.ts';
import { failed, toast } from '../ui/toasts.ts';
import { clipsOfRange } from './keep-plan.ts';
import { snapshotsAt, type Snapshot } from './snapshot-plan.ts';
import { t } from './texts.ts';
import type { Player } from './use-player.ts';

export interface Deeds {
  /** Saves the pictures of all lenses. */
  snapshot: () => void;
  isSnapping: boolean;
  /** Keeps what the range shows, or what plays now. */
  keep: () => void;
  share: () => void;
}

/** What can be done with the moment that is shown. `onShare` puts the moment into the address of the page. */
export function useDeeds({ clock, footage }: Player, onShare: (at: number) => Promise<void>): Deeds {
  const [isSnapping, setSnapping] = useState(false);
  const keepClips = useKeep();
  const snapshot = async () => {
    const snapshots = snapshotsAt(footage, clock.get().at);
    if (snapshots.length === 0) return toast(t('nothingToSnap'));
    setSnapping(true);
    const count = await saveAll(snapshots);
    setSnapping(false);
    if (count > 0) toast(t('snapshotsSaved', { count }));
  };
  const keep = () => {
    const { at, loop } = clock.get();
    const clips = loop ? clipsOfRange(footage, loop.from, loop.to) : clipsOfRange(footage, at);
    const here = clips.filter(({ state }) => state === 'archived');
    if (here.length === 0) return toast(t('nothingToKeep'));
    void keepClips(here, true);
  };
  const share = async () => {
    await onShare(Math.round(clock.get().at));
    toast(t((await copied(window.location.href)) ? 'linkCopied' : 'linkInAddress'));
  };
  return { snapshot: () => void snapshot(), isSnapping, keep, share: () => void share() };
}

/** How many of them were saved; what failed is told. */
async function saveAll(snapshots: readonly Snapshot[]): Promise<number> {
  const saved = await Promise.all(
    snapshots.map((each) =>
      save(each).then(
        () => true,
        (error: unknown) => {
          failed(t('snapshotFailed'))(error instanceof Error ? error : new Error(String(error)));
          return false;
        },
      ),
    ),
  );
  return saved.filter(Boolean).length;
}

async function save({ clip, mediaMs, fileName }: Snapshot): Promise<void> {
  const address = urlOf(routes.getClipFrame, { params: { id: clip.id }, query: { at: mediaMs } });
  const response = await fetch(address);
  if (!response.ok) throw await readError(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Browsers copy on encrypted pages and on this machine only; elsewhere the address bar has it. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
