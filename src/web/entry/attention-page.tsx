import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Startup, StartupChoiceId } from '../../shared/startup.ts';
import { ChoiceForm } from './choice-form.tsx';
import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';
import { t } from './texts.ts';

type Choice = Startup['choices'][number];

/** The start waits for a person: what is wrong, the ways on with what each keeps and loses, and then the deed. */
export function AttentionPage({ startup, silent }: { startup: Startup; silent: string | null }) {
  const [chosenId, setChosenId] = useState<StartupChoiceId | null>(null);
  const chosen = startup.choices.find(({ id }) => id === chosenId);
  if (chosen) {
    return (
      <ChoiceForm
        choice={chosen}
        needsCode={startup.needsCode}
        silent={silent}
        onBack={() => setChosenId(null)}
      />
    );
  }
  return (
    <EntryFrame title={t('phase_attention')} silent={silent}>
      <p className={classes.text}>{startup.message}</p>
      <ul className={classes.choices}>
        {startup.choices.map((choice) => (
          <li key={choice.id}>
            <ChoiceButton choice={choice} onChoose={() => setChosenId(choice.id)} />
          </li>
        ))}
      </ul>
      {startup.choices.length > 0 && <p className={classes.dim}>{t('choiceNothing')}</p>}
    </EntryFrame>
  );
}

function ChoiceButton({ choice, onChoose }: { choice: Choice; onChoose: () => void }) {
  const id = useId();
  return (
    <UnstyledButton
      className={classes.choice}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-help`}
      onClick={onChoose}
    >
      <span className={classes.choiceTitle} id={`${id}-title`}>
        {choice.title}
      </span>
      <span className={classes.choiceHelp} id={`${id}-help`}>
        {choice.help}
      </span>
      <IconChevronRight className={classes.choiceIcon} size={20} stroke={1.7} aria-hidden />
    </UnstyledButton>
  );
}
