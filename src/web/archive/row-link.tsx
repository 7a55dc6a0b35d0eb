import { useRouter, type RegisteredRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

interface RowLinkProps {
  href: string;
  className?: string | undefined;
  children: ReactNode;
}

/** A link of a row that there are many of: as cheap as a link can be, and followed without loading the page anew. */
export function RowLink({ href, className, children }: RowLinkProps) {
  const router = useRouter();
  return (
    <a className={className} href={href} onClick={(event) => follow(router, event, href)}>
      {children}
    </a>
  );
}

function follow(router: RegisteredRouter, event: MouseEvent, href: string): void {
  const isOrdinary =
    event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!isOrdinary || event.defaultPrevented) return;
  event.preventDefault();
  router.history.push(href);
}
