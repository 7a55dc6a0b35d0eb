import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Capture } from '../../shared/clips.ts';
import { momentOf } from './track-plan.ts';

interface MomentLinkProps {
  footage: readonly Capture[];
  at: number;
  className?: string | undefined;
  children: ReactNode;
}

/** Leads to the second of the clip that shows an instant; the words alone when nothing does. */
export function MomentLink({ footage, at, className, children }: MomentLinkProps) {
  const moment = momentOf(footage, at);
  if (!moment) return <span className={className}>{children}</span>;
  const { clip, day, seconds } = moment;
  return (
    <Link
      className={className}
      to="/archive/$day"
      params={{ day }}
      search={{ clip: clip.id, ...(seconds > 0 && { t: seconds }) }}
    >
      {children}
    </Link>
  );
}
