import { useEffect } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { EntryFrame } from '../entry/entry-frame.tsx';
import { Silent } from '../entry/starting.tsx';
import { LoadError } from '../ui/states.tsx';
import { SetUpForm } from './set-up-form.tsx';
import { t } from './texts.ts';

/** The questions of a new installation, for whoever has shown the code; also where no password is needed yet. */
export function SetUpPage({ silent, onDone }: { silent: string | null; onDone?: () => void }) {
  const query = useRoute(routes.getSetUp);
  useEffect(() => () => forgetStep(), []);
  if (query.data) return <SetUpForm view={query.data} silent={silent} onDone={onDone} />;
  if (!query.isError) return <Silent silent={silent} />;
  return (
    <EntryFrame title={t('what')} silent={silent}>
      <LoadError query={query} what={t('what')} />
    </EntryFrame>
  );
}

/** The app's own addresses have no steps. */
function forgetStep(): void {
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
}
