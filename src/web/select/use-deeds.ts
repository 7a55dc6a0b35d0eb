import { useState } from 'react';
import type { NotesChange } from '../../shared/notes.ts';
import type { ParcelInput } from '../../shared/parcel-routes.ts';
import { routes } from '../../shared/routes.ts';
import { call, urlOf } from '../api.ts';
import { useRefresh } from '../archive/use-batches.ts';
import { formatBytes } from '../format.ts';
import { failed, toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { t } from './texts.ts';

/** One deed at a time: what is asked of a slow server is not asked twice. */
export function useBusy() {
  const [busy, setBusy] = useState<string | null>(null);
  const run = async (deed: string, work: () => Promise<void>, refused: string): Promise<boolean> => {
    if (busy !== null) return false;
    setBusy(deed);
    try {
      await work();
      return true;
    } catch (error) {
      failed(refused)(error instanceof Error ? error : new Error(String(error)));
      return false;
    } finally {
      setBusy(null);
    }
  };
  return { busy, run };
}

/** Says what was changed of notes, tags or marks, with a way back; then what is in view is read again. */
export function useNotesOutcome(onChanged: () => void) {
  const refresh = useRefresh();
  const settle = async () => {
    onChanged();
    await refresh();
  };
  const takeBack = async (undo: string) => {
    try {
      const { changed } = await call(routes.undoNotes, { body: { undo } });
      toast(t(changed === 0 ? 'nothingToUndo' : 'undone'));
    } catch (error) {
      failed(t('notUndone'))(error instanceof Error ? error : new Error(String(error)));
    }
    await settle();
  };
  return async ({ changed, full, undo }: NotesChange, words: { done: string; nothing?: string }) => {
    const tooFull = full > 0 ? ` ${t('tagsFull', { count: full })}` : '';
    if (changed > 0 && undo !== null) undoToast(words.done + tooFull, () => void takeBack(undo));
    else toast((changed > 0 ? words.done : (words.nothing ?? t('nothingChanged'))) + tooFull);
    await settle();
  };
}

/** Orders a file of clips, and has the browser download it. */
export async function downloadClips(clipIds: number[], what: ParcelInput['what']): Promise<void> {
  const { ticket, files, bytes, missing } = await call(routes.orderParcel, { body: { clipIds, what } });
  const link = document.createElement('a');
  link.href = urlOf(routes.getParcel, { params: { ticket } });
  link.download = '';
  link.click();
  if (what === 'gpx') return toast(t('gpxComes'));
  const absent = missing > 0 ? ` ${t('parcelMissing', { count: missing })}` : '';
  toast(t('parcelComes', { count: files, size: formatBytes(bytes ?? 0) }) + absent);
}
