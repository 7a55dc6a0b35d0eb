import type { ReactNode } from 'react';
import { RichText } from '../text/rich-text.tsx';
import { setUpAddress } from './gate-plan.ts';
import { t } from './texts.ts';
import { useAccess } from './use-startup.ts';

/** The way to the set-up, where the page is open without a password and nobody is asked for one. */
export function SetUpHint({ className }: { className?: string | undefined }) {
  if (useAccess() !== 'open') return null;
  return (
    <p className={className}>
      <RichText of={t} text="setUpHint" parts={{ to: <SetUpLink /> }} />
    </p>
  );
}

/** Out of the app: the set-up is a page of its own. */
function SetUpLink({ children }: { children?: ReactNode }) {
  return <a href={setUpAddress}>{children}</a>;
}
