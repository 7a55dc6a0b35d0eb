import { useCallback, type KeyboardEvent, type RefObject } from 'react';
import { useMergedRef } from '@mantine/hooks';
import type { Footage, PlayerClock } from '../player-types.ts';
import classes from './player-strip.module.css';
import { atOfKey, zoomAround } from './strip-plan.ts';
import { placeWords } from './strip-words.ts';
import { t } from './texts.ts';
import { useAtClock, type StripView } from './use-strip-view.ts';

interface PlayheadProps {
  footage: Footage;
  clock: PlayerClock;
  view: StripView;
  slider: RefObject<HTMLDivElement | null>;
}

const zoomOfKey: Readonly<Record<string, number>> = { '+': 0.5, '=': 0.5, '-': 2, '0': Infinity };

/** Where the clock is: a slider for keys and screen readers, moved past React. */
export function StripPlayhead({ footage, clock, view, slider }: PlayheadProps) {
  const say = useCallback(
    (at: number) => {
      const seconds = String(Math.round((at - footage.from) / 1000));
      const element = slider.current;
      if (!element || element.getAttribute('aria-valuenow') === seconds) return;
      element.setAttribute('aria-valuenow', seconds);
      element.setAttribute('aria-valuetext', placeWords(footage, at));
    },
    [footage, slider],
  );
  const place = useAtClock(clock, view.scale, say);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = atOfKey(event.key, event.shiftKey, clock.get().at, view.bounds);
    const factor = zoomOfKey[event.key];
    if (target !== null) clock.seek(target);
    else if (factor !== undefined)
      view.change((bounds, scale) => zoomAround(bounds, scale, clock.get().at, factor));
    else return;
    event.preventDefault();
  };
  const { at } = clock.get();
  return (
    <div
      ref={useMergedRef(slider, place)}
      className={classes.playhead}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an input cannot be moved without drawing it anew
      role="slider"
      tabIndex={0}
      aria-label={t('place')}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.round((footage.to - footage.from) / 1000)}
      aria-valuenow={Math.round((at - footage.from) / 1000)}
      aria-valuetext={placeWords(footage, at)}
      onKeyDown={press}
    />
  );
}
