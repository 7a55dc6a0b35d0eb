import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { routes } from '../../shared/routes.ts';
import type { Startup } from '../../shared/startup.ts';
import { useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { CodeInput } from './code-input.tsx';
import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';
import { t } from './texts.ts';

interface ChoiceFormProps {
  choice: Startup['choices'][number];
  needsCode: boolean;
  silent: string | null;
  onBack: () => void;
}

/** The question before the deed, with the code from the log where one is asked for. */
export function ChoiceForm({ choice, needsCode, silent, onBack }: ChoiceFormProps) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const choose = useAction(routes.chooseAtStartup, {
    refetch: [routes.getStartup],
    onError: () => field.current?.select(),
  });
  useEffect(() => field.current?.focus(), []);
  const refused = fieldErrors(choose.error, ['code']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = code.trim();
    if (needsCode && typed === '') {
      setProblem(t('codeMissing'));
      field.current?.focus();
      return;
    }
    choose.mutate({ body: { choice: choice.id, ...(needsCode && { code: typed }) } });
  };
  return (
    <EntryFrame title={t('choiceQuestion', { choice: choice.title })} silent={silent} hasField={needsCode}>
      <p className={classes.text}>{choice.help}</p>
      <form className={classes.form} onSubmit={submit} noValidate>
        {needsCode && (
          <CodeInput
            ref={field}
            description={t('codeWhere')}
            value={code}
            error={problem ?? refused.fields['code']}
            onChange={(value) => {
              setCode(value);
              setProblem(null);
            }}
          />
        )}
        {refused.rest && (
          <p className={classes.error} role="alert">
            {refused.rest}
          </p>
        )}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onBack}>
            {t('back')}
          </Button>
          <Button
            type="submit"
            {...(choice.id === 'start_empty' && { color: 'red' })}
            loading={choose.isPending}
          >
            {choice.title}
          </Button>
        </div>
      </form>
    </EntryFrame>
  );
}
