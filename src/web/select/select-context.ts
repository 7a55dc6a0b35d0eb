import { createContext, use, useSyncExternalStore } from 'react';
import type { SelectionStore } from './selection-store.ts';

export const SelectContext = createContext<SelectionStore | null>(null);

export function useSelection(): SelectionStore {
  const store = use(SelectContext);
  if (!store) throw new Error('There is no SelectProvider above this.');
  return store;
}

/** Something of the selection; the component is drawn anew only when this is another. */
export function useOfSelection<T extends string | number | boolean>(read: (store: SelectionStore) => T): T {
  const store = useSelection();
  return useSyncExternalStore(store.subscribe, () => read(store));
}
