import { useEffect, useRef, type ReactNode } from 'react';
import classes from './entry-frame.module.css';
import { LanguageChoice } from './language-choice.tsx';

interface EntryFrameProps {
  title: string;
  /** Why the server does not answer just now. */
  silent?: string | null;
  /** The page has a field that takes the focus; else its heading does. */
  hasField?: boolean;
  /** Shown only after a moment: most often the next page is there before. */
  isBrief?: boolean;
  /** Room for more than a few words. */
  isWide?: boolean;
  /** Above the heading. */
  lead?: ReactNode;
  children?: ReactNode;
}

/** The quiet full page of everything that comes before the app. */
export function EntryFrame(props: EntryFrameProps) {
  const { title, silent, hasField = false, isBrief = false, isWide = false, lead, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title}, viofosync`;
    if (!hasField) heading.current?.focus();
  }, [title, hasField]);
  return (
    <main className={classes.page} data-brief={isBrief || undefined} data-wide={isWide || undefined}>
      <div className={classes.card}>
        <p className={classes.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          viofosync
        </p>
        {lead}
        <h1 className={classes.title} ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
        <output className={classes.silent}>{silent}</output>
      </div>
      {!isBrief && <LanguageChoice />}
    </main>
  );
}
