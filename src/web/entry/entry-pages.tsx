import { lazy, Suspense } from 'react';
import type { Startup } from '../../shared/startup.ts';
import { textsReady } from '../text/text.ts';
import { AttentionPage } from './attention-page.tsx';
import { CodePage } from './code-page.tsx';
import type { AccessPage, Was } from './gate-plan.ts';
import { LockedPage } from './locked-page.tsx';
import { LogInPage } from './log-in-page.tsx';
import { Silent } from './starting.tsx';

const fetchSetUp = async () => {
  const page = await import('../set-up/set-up-page.tsx');
  await textsReady();
  return page;
};
const SetUpPage = lazy(async () => ({ default: (await fetchSetUp()).SetUpPage }));

interface EntryPagesProps {
  kind: AccessPage | 'attention';
  startup: Startup;
  silent: string | null;
  /** How the reader left the app. */
  was: Was;
}

/** The pages on which a person has to do something before the app opens. */
export function EntryPages({ kind, startup, silent, was }: EntryPagesProps) {
  switch (kind) {
    case 'attention':
      return <AttentionPage startup={startup} silent={silent} />;
    case 'log_in':
      return <LogInPage silent={silent} was={was} />;
    case 'set_up':
      return <CodePage silent={silent} />;
    case 'setting_up':
      return (
        <Suspense fallback={<Silent silent={null} />}>
          <SetUpPage silent={silent} />
        </Suspense>
      );
    case 'locked':
      return <LockedPage silent={silent} />;
  }
}
