import { Button } from '@mantine/core';
import { IconClockQuestion, IconHelpCircle } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import type { Confirmation, Retention } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { fullStop } from '../format.ts';
import { toast } from '../ui/toasts.ts';
import classes from './ask-panel.module.css';
import { confirmationWords } from './preview-words.ts';
import { isClockAsked } from './sweep-words.ts';
import { useSweepAction } from './use-storage.ts';
import { t } from './texts.ts';

/** What waits for a person's word: a plan that is too large to go by itself, or a clock that jumped. */
export function AskPanel({ retention }: { retention: Retention }) {
  const { confirmation, obstacle } = retention;
  if (obstacle && isClockAsked(obstacle)) {
    return <ClockQuestion message={obstacle.message} advice={obstacle.advice} />;
  }
  return confirmation && <SweepQuestion confirmation={confirmation} />;
}

function SweepQuestion({ confirmation }: { confirmation: Confirmation }) {
  const { key, clips, bytes } = confirmation;
  const confirm = useSweepAction(routes.confirmSweep, t('planNotConfirmed'), () => toast(t('planConfirmed')));
  return (
    <Question
      icon={<IconHelpCircle size={24} stroke={1.7} />}
      title={t('deleteClipsAsked', { count: clips })}
      lines={[...confirmationWords(confirmation), t('untilConfirmed')]}
    >
      <Button
        color="red"
        loading={confirm.isPending}
        onClick={() => confirm.mutate({ body: { key, clips, bytes } })}
      >
        {t('deleteClips', { count: clips })}
      </Button>
    </Question>
  );
}

function ClockQuestion({ message, advice }: { message: string; advice: string | null }) {
  const confirm = useSweepAction(routes.confirmClock, t('clockNotConfirmed'), () =>
    toast(t('clockConfirmed')),
  );
  return (
    <Question
      icon={<IconClockQuestion size={24} stroke={1.7} />}
      title={t('isClockRight')}
      lines={[fullStop(message), ...(advice ? [fullStop(advice)] : []), t('untilThen')]}
    >
      <Button loading={confirm.isPending} onClick={() => confirm.mutate(undefined)}>
        {t('clockIsRight')}
      </Button>
    </Question>
  );
}

interface QuestionProps {
  icon: ReactNode;
  title: string;
  lines: readonly string[];
  children: ReactNode;
}

function Question({ icon, title, lines, children }: QuestionProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <div className={classes.words}>
        <h2 className={classes.title} id={id}>
          {title}
        </h2>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <div className={classes.action}>{children}</div>
    </section>
  );
}
