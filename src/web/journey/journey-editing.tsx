import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Journey } from '../../shared/journeys.ts';
import { localTimeIn } from '../format.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './journey-editing.module.css';
import { instantOfTime, splitWords } from './split-plan.ts';
import { journeyTitle, startWords } from './journey-words.ts';
import { t } from './texts.ts';
import { useJourneyEdits } from './use-journey-edits.ts';
import { useNeighbours, type Neighbour } from './use-neighbours.ts';

interface JourneyEditingProps {
  journey: Journey;
  /** The chosen moment. */
  at: number | null;
  onAt: (at: number) => void;
  /** What was this journey is that one now. */
  onJourney: (id: number) => void;
}

/** Where this journey begins and ends, when the user knows better. */
export function JourneyEditing({ journey, at, onAt, onJourney }: JourneyEditingProps) {
  const { previous, next } = useNeighbours(journey);
  const { split, merge, undo, isBusy } = useJourneyEdits(onJourney);
  const mergeWith = (other: Neighbour) =>
    merge(other.startedAt < journey.startedAt ? [other.id, journey.id] : [journey.id, other.id]);
  return (
    <Panel title={t('mergeAndSplit')}>
      <div className={classes.body}>
        {[previous, next].map(
          (other) =>
            other && (
              <Button
                key={other.id}
                variant="default"
                disabled={isBusy}
                className={classes.merge ?? ''}
                onClick={() => mergeWith(other)}
              >
                {t(other === previous ? 'mergeBefore' : 'mergeAfter', {
                  time: startWords(other),
                  title: journeyTitle(other),
                })}
              </Button>
            ),
        )}
        <SplitForm
          journey={journey}
          at={at}
          isBusy={isBusy}
          onAt={onAt}
          onSplit={(instant) => split(journey, instant)}
        />
        {journey.isEdited && (
          <p className={classes.edited}>
            {t('editedByHand')}
            <Button variant="default" size="compact-sm" disabled={isBusy} onClick={() => undo(journey.id)}>
              {t('undoEdits')}
            </Button>
          </p>
        )}
      </div>
    </Panel>
  );
}

interface SplitFormProps {
  journey: Journey;
  at: number | null;
  isBusy: boolean;
  onAt: (at: number) => void;
  onSplit: (at: number) => void;
}

/** A time within the journey, chosen on the map or typed, and what becomes of it in words. */
function SplitForm({ journey, at, isBusy, onAt, onSplit }: SplitFormProps) {
  const [seen, setSeen] = useState<number | null>(null);
  const [text, setText] = useState('');
  const chosen = at === null ? '' : localTimeIn(at, journey.startZone).slice(11);
  if (seen !== at) {
    setSeen(at);
    if (instantOfTime(journey, text) !== at) setText(chosen);
  }
  // What the map chose is exact; a typed time is the second it names.
  const instant = text === chosen ? at : instantOfTime(journey, text);
  const type = (typed: string) => {
    setText(typed);
    const named = instantOfTime(journey, typed);
    if (named !== null) onAt(named);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (instant !== null) onSplit(instant);
  };
  return (
    <form className={classes.split} onSubmit={submit}>
      <TextInput
        type="time"
        step={1}
        label={t('splitAt')}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={isBusy || instant === null}>
        {t('splitInTwo')}
      </Button>
      <p className={classes.words} aria-live="polite">
        {splitWords(journey, text, instant)}
      </p>
    </form>
  );
}
