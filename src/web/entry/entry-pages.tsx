import type { Startup } from '../../shared/startup.ts';
import { AttentionPage } from './attention-page.tsx';
import type { AccessPage } from './gate-plan.ts';
import { LockedPage } from './locked-page.tsx';
import { LogInPage } from './log-in-page.tsx';
import { SetUpPage } from './set-up-page.tsx';

interface EntryPagesProps {
  kind: AccessPage | 'attention';
  startup: Startup;
  silent: string | null;
  /** The reader was in the app before. */
  wasOpen: boolean;
}

/** The pages on which a person has to do something before the app opens. */
export function EntryPages({ kind, startup, silent, wasOpen }: EntryPagesProps) {
  switch (kind) {
    case 'attention':
      return <AttentionPage startup={startup} silent={silent} />;
    case 'log_in':
      return <LogInPage silent={silent} wasOpen={wasOpen} />;
    case 'set_up':
      return <SetUpPage silent={silent} />;
    case 'locked':
      return <LockedPage silent={silent} />;
  }
}
