import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed } from '../ui/toasts.ts';

/** Ends this browser's session; the gate closes by itself. */
export function useLogOut(): { logOut: () => void; isPending: boolean } {
  const action = useAction(routes.logOut, {
    refetch: [routes.getStartup],
    onError: failed('You could not be logged out'),
  });
  return { logOut: () => action.mutate(undefined), isPending: action.isPending };
}
