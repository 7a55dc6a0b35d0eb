import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Transfer } from '../shared/cameras.ts';
import { routes } from '../shared/routes.ts';
import { useRoute } from './api.ts';
import type { Live, LiveState } from './live.ts';
import { currentTransfers, type TransferStore } from './transfers.ts';
import type { Updates } from './updates.ts';

/** What the running app shares with its pages beside the query client. */
export interface LiveParts {
  live: Live;
  transfers: TransferStore;
  updates: Updates;
}

export const LiveContext = createContext<LiveParts | null>(null);

function useLiveParts(): LiveParts {
  const parts = useContext(LiveContext);
  if (!parts) throw new Error('LiveContext is missing');
  return parts;
}

/** The live channel itself, for the one who starts and stops it. */
export function useLive(): Live {
  return useLiveParts().live;
}

/** Whether the live channel is up, and since when. */
export function useLiveState(): LiveState {
  const { live } = useLiveParts();
  return useSyncExternalStore(live.subscribe, live.get);
}

/** What is coming in now, the transfers of every camera that sends. */
export function useTransfers(): Transfer[] {
  const { transfers } = useLiveParts();
  const heard = useSyncExternalStore(transfers.subscribe, transfers.get);
  const status = useRoute(routes.getStatus);
  return currentTransfers(status.data?.cameras ?? [], status.dataUpdatedAt, heard);
}
