import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { CodeInput } from './code-input.tsx';
import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';
import { t } from './texts.ts';

/** The first visit: proves with the code from the log that the installation is the reader's own. */
export function CodePage({ silent }: { silent: string | null }) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const begin = useAction(routes.beginSetUp, {
    refetch: [routes.getStartup],
    onError: () => field.current?.select(),
  });
  useEffect(() => field.current?.focus(), []);
  const refused = fieldErrors(begin.error, ['code']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '') begin.mutate({ body: { code: code.trim() } });
    else setProblem(t('codeMissing'));
  };
  return (
    <EntryFrame title={t('begin')} silent={silent} hasField>
      <p className={classes.text}>{t('beginHelp')}</p>
      <CodePlaces />
      <p className={classes.dim}>{t('codeOwn')}</p>
      <form className={classes.form} onSubmit={submit} noValidate>
        <CodeInput
          ref={field}
          value={code}
          error={problem ?? refused.fields['code'] ?? refused.rest}
          onChange={(value) => {
            setCode(value);
            setProblem(null);
          }}
        />
        {/* Still on this page after the right code: the server does not know this browser again. */}
        {begin.isSuccess && silent === null && (
          <p className={classes.error} role="alert">
            {t('beginNoCookie')}
          </p>
        )}
        <Button type="submit" size="md" loading={begin.isPending}>
          {t('beginButton')}
        </Button>
      </form>
    </EntryFrame>
  );
}

function CodePlaces() {
  return (
    <dl className={classes.commands}>
      <div>
        <dt className={classes.dim}>{t('inContainer')}</dt>
        <dd>
          <code className={classes.command}>docker logs viofosync</code>
        </dd>
      </div>
      <div>
        <dt className={classes.dim}>{t('otherwise')}</dt>
        <dd>{t('codePlace')}</dd>
      </div>
    </dl>
  );
}
