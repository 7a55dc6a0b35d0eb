import { useMediaQuery } from '@mantine/hooks';
import { useSyncExternalStore, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/** Where a page puts what is to stay at hand while it scrolls; phones have no room there. */
export const headerSlotId = 'header-slot';

const never = () => () => undefined;

/** Whether there is room for more than a phone shows. */
export function useIsDesk(): boolean {
  return useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
}

/** In the header on a desk; on a phone where it stands. */
export function InHeader({ children }: { children: ReactNode }) {
  const isDesk = useIsDesk();
  // The header may be drawn together with the page: then it is found right after.
  const slot = useSyncExternalStore(never, () => document.getElementById(headerSlotId));
  return isDesk && slot ? createPortal(children, slot) : children;
}
