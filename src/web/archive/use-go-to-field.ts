import { useEffect, useState, type KeyboardEvent } from 'react';
import { useLatest } from '../ui/use-latest.ts';
import type { GoToOption } from './go-to-plan.ts';
import { useGoToOptions } from './use-go-to.ts';

interface GoToFieldChoices {
  day: string | undefined;
  onChoose: (option: GoToOption) => void;
  onLeave: () => void;
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** What is typed, what it can mean, and which of that Enter takes. */
export function useGoToField({ day, onChoose, onLeave }: GoToFieldChoices) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const [isWrong, setWrong] = useState(false);
  const [isAwaited, setAwaited] = useState(false);
  const { options, isKnown } = useGoToOptions(text, day);
  const at = Math.max(0, Math.min(active, options.length - 1));
  // Places of what was typed before stand there until those of the new text are known: Enter waits for these.
  const isReady = isKnown || options[at]?.kind === 'when';
  const close = () => {
    setText('');
    setOpen(false);
    setAwaited(false);
  };
  const choose = (option: GoToOption) => {
    close();
    onLeave();
    onChoose(option);
  };
  const enter = () => {
    const option = options[at];
    setAwaited(!isReady);
    if (!isReady) return;
    if (option) choose(option);
    else setWrong(text.trim() !== '');
  };
  const takeUp = useLatest(enter);
  useEffect(() => {
    if (isAwaited && isReady) takeUp();
  }, [isAwaited, isReady, takeUp]);
  const press = (event: KeyboardEvent) => {
    const by = steps[event.key] ?? 0;
    if (by !== 0 && options.length > 0) {
      setOpen(true);
      setActive((at + by + options.length) % options.length);
    } else if (event.key === 'Enter') enter();
    else if (event.key !== 'Escape') return;
    else if (text === '') onLeave();
    else close();
    event.preventDefault();
  };
  return {
    text,
    options,
    at,
    isOpen,
    isWrong: isWrong && options.length === 0,
    open: setOpen,
    point: setActive,
    choose,
    press,
    type: (typed: string) => {
      setText(typed);
      setOpen(true);
      setActive(0);
      setWrong(false);
      setAwaited(false);
    },
  };
}
