import { useCallback, useEffect, useRef } from 'react';

/** The same function for as long as the component is there, which does what the newest one given does; for events only. */
export function useLatest<A extends unknown[]>(action: (...args: A) => void): (...args: A) => void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  return useCallback((...args: A) => latest.current(...args), []);
}
