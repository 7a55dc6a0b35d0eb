import { SegmentedControl, Textarea } from '@mantine/core';
import { useState } from 'react';
import { journeyTags, type Journey } from '../../shared/journeys.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './journey-about.module.css';
import { tagWords } from './journey-words.ts';
import { t } from './texts.ts';
import { textOrNull, useAbout } from './use-about.ts';

const tags = () => [
  { value: '', label: t('noTag') },
  ...journeyTags.map((value) => ({ value, label: tagWords[value] })),
];

/** Tag and note, saved as they are changed. */
export function JourneyAbout({ journey }: { journey: Journey }) {
  const { save } = useAbout(journey);
  return (
    <Panel title={t('yours')}>
      <div className={classes.fields}>
        <SegmentedControl
          aria-label={t('tag')}
          value={journey.tag ?? ''}
          data={tags()}
          onChange={(value) => save({ tag: journeyTags.find((tag) => tag === value) ?? null })}
        />
        <Note key={journey.note} note={journey.note} onSave={(note) => save({ note })} />
      </div>
    </Panel>
  );
}

function Note({ note, onSave }: { note: string | null; onSave: (note: string | null) => void }) {
  const [text, setText] = useState(note ?? '');
  return (
    <Textarea
      label={t('note')}
      value={text}
      maxLength={10_000}
      autosize
      minRows={2}
      maxRows={12}
      placeholder={t('noteSaved')}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => textOrNull(text) !== note && onSave(textOrNull(text))}
    />
  );
}
