import { createContext, useContext, useEffect } from 'react';
import type { SettingKey } from '../../shared/settings.ts';

/** Fields that hold something which is not saved, with their titles. */
export type Unsaved = ReadonlyMap<SettingKey, string>;

/** Notes that a field does, or does not any more (null). */
export type NoteUnsaved = (key: SettingKey, title: string | null) => void;

export const UnsavedContext = createContext<NoteUnsaved>(() => undefined);

/** Says as long as it is so that a field holds something which is not saved. */
export function useNoteUnsaved(key: SettingKey, title: string, isUnsaved: boolean): void {
  const note = useContext(UnsavedContext);
  useEffect(() => {
    if (!isUnsaved) return;
    note(key, title);
    return () => note(key, null);
  }, [note, key, title, isUnsaved]);
}

/** The map with one field noted or taken out; the same map where nothing changes. */
export function withNoted(unsaved: Unsaved, key: SettingKey, title: string | null): Unsaved {
  if (title === null ? !unsaved.has(key) : unsaved.get(key) === title) return unsaved;
  const next = new Map(unsaved);
  if (title === null) next.delete(key);
  else next.set(key, title);
  return next;
}
