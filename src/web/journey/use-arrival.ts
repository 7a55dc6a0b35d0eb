import { useRouterState } from '@tanstack/react-router';

declare module '@tanstack/history' {
  interface HistoryState {
    /** Who came here wants to watch: it plays without being told. */
    plays?: boolean;
  }
}

/** How somebody came to this page. */
export function useArrival(): { plays: boolean } {
  return { plays: useRouterState({ select: ({ location }) => location.state.plays === true }) };
}
