import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { EntryFrame } from './entry-frame.tsx';
import type { Was } from './gate-plan.ts';
import classes from './entry-form.module.css';
import { OwnerName, SecretInput } from './secret-input.tsx';
import { t } from './texts.ts';

/** Asks for the password; the address stays, so that the reader comes to where he wanted to go. */
export function LogInPage({ silent, was }: { silent: string | null; was: Was }) {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const logIn = useAction(routes.logIn, {
    refetch: [routes.getStartup],
    onError: () => field.current?.select(),
  });
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password === '') setProblem(t('passwordMissing'));
    else logIn.mutate({ body: { password } });
  };
  return (
    <EntryFrame title={t('logIn')} silent={silent} hasField>
      {was !== 'never' && <p className={classes.dim}>{t(was === 'kept' ? 'hasEnded' : 'wasOpen')}</p>}
      <form className={classes.form} onSubmit={submit} noValidate>
        <OwnerName />
        <SecretInput
          ref={field}
          label={t('password')}
          autoComplete="current-password"
          value={password}
          error={problem ?? logIn.error?.message}
          onChange={(value) => {
            setPassword(value);
            setProblem(null);
          }}
        />
        {/* Still on this page after the right password: the server does not know this browser again. */}
        {logIn.isSuccess && silent === null && (
          <p className={classes.error} role="alert">
            {t('noCookie')}
          </p>
        )}
        <Button type="submit" size="md" loading={logIn.isPending}>
          {t('logIn')}
        </Button>
      </form>
    </EntryFrame>
  );
}
