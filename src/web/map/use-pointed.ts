import { useMemo, useState } from 'react';
import type { Pass } from '../../shared/tracks.ts';

/** What is pointed at: a journey on the map or in a list, or a pass and with it the car; else the journey that is chosen. */
export function usePointed(chosen: number | undefined) {
  const [lit, setLit] = useState<number | null>(null);
  const [pass, setPass] = useState<Pass | null>(null);
  const car = useMemo(() => pass && { ...pass.position, courseDegrees: pass.courseDegrees }, [pass]);
  return { highlight: pass?.journeyId ?? lit ?? chosen ?? null, car, setLit, setPass };
}
