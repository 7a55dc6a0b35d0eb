import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { copyWords, whyNotOriginal } from '../media/source-plan.ts';
import { useLatest } from '../ui/use-latest.ts';
import { CannotShow } from './cannot-show.tsx';
import type { Sources } from './use-sources.ts';

/** Who pages through a day asks for nothing; who stays wants to see this clip. */
const stayMs = 800;

/** A clip that nothing here plays: a small copy of it is made, and begins when it is ready. */
export function Unplayable({ clip, sources }: { clip: Clip; sources: Sources }) {
  const { obstacle, hasFailed, isAsked, wantCopy } = sources;
  const proxy = clip.media?.proxy;
  const isToBeMade = proxy === 'none' || proxy === 'waiting';
  const ask = useLatest(() => {
    if (!isAsked) wantCopy();
  });
  useEffect(() => {
    if (!isToBeMade) return undefined;
    const timer = window.setTimeout(ask, stayMs);
    return () => window.clearTimeout(timer);
  }, [isToBeMade, ask]);
  const { text, action } = copyWords(clip.media, isAsked);
  return (
    <CannotShow
      clip={clip}
      sentences={[whyNotOriginal(obstacle, hasFailed), text].filter((each) => each !== null)}
    >
      {action !== null && <Button onClick={wantCopy}>{action}</Button>}
    </CannotShow>
  );
}
