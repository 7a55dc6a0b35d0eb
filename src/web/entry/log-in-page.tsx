import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { passwordSchema } from '../../shared/accounts.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';
import { OwnerName, SecretInput } from './secret-input.tsx';

/** Asks for the password; the address stays, so that the reader comes to where he wanted to go. */
export function LogInPage({ silent, wasOpen }: { silent: string | null; wasOpen: boolean }) {
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
    const parsed = passwordSchema.safeParse(password);
    if (parsed.success) logIn.mutate({ body: { password } });
    else setProblem(parsed.error.issues[0]?.message ?? null);
  };
  return (
    <EntryFrame title="Log in" silent={silent} hasField>
      {wasOpen && <p className={classes.dim}>You are logged out. Log in to go on where you were.</p>}
      <form className={classes.form} onSubmit={submit} noValidate>
        <OwnerName />
        <SecretInput
          ref={field}
          label="Password"
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
            The password is right, but the browser did not keep the session. Allow cookies for this address
            and log in again.
          </p>
        )}
        <Button type="submit" size="md" loading={logIn.isPending}>
          Log in
        </Button>
      </form>
    </EntryFrame>
  );
}
