import { useEffect, useState } from 'react';
import { isKept, keptForMs, type Closed, type GateView } from './gate-plan.ts';
import { isLeavingByWish, noteWish } from './leaving.ts';

/** What becomes of the app: shown, kept in the page unseen, or not there. `closed`: how it came not to be shown. */
export interface KeptApp {
  app: 'shown' | 'kept' | 'gone';
  /** Null while it is shown, and when it never was. */
  closed: Closed | null;
}

/** Follows the gate; what is kept is let go after a while by itself. */
export function useKeptApp(view: GateView): KeptApp {
  const isOpen = view.kind === 'app';
  const [wasOpen, setWasOpen] = useState(isOpen);
  const [closed, setClosed] = useState<Closed | null>(null);
  if (isOpen !== wasOpen) {
    setWasOpen(isOpen);
    // Decided in this very moment: once it is taken out of the page, what was typed into it is lost.
    setClosed(isOpen ? null : { isWish: isLeavingByWish(), isLong: false });
  }
  useEffect(() => {
    if (isOpen) return noteWish(false);
    const timer = setTimeout(() => setClosed((how) => how && { ...how, isLong: true }), keptForMs);
    return () => clearTimeout(timer);
  }, [isOpen]);
  if (isOpen) return { app: 'shown', closed: null };
  return { app: closed !== null && isKept(view, closed) ? 'kept' : 'gone', closed };
}
