import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed } from '../ui/toasts.ts';
import { noteWish } from './leaving.ts';
import { t } from './texts.ts';

/** Ends this browser's session; the gate closes by itself, and nothing of the app stays in the page. */
export function useLogOut(): { logOut: () => void; isPending: boolean } {
  const action = useAction(routes.logOut, {
    refetch: [routes.getStartup],
    onSuccess: () => noteWish(true),
    onError: failed(t('logOutFailed')),
  });
  return { logOut: () => action.mutate(undefined), isPending: action.isPending };
}
