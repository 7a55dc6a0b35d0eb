import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { changePasswordInputSchema, minPasswordLength } from '../../shared/accounts.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { fieldErrors, schemaErrors } from '../field-errors.ts';
import { Panel } from '../ui/panel.tsx';
import { toast } from '../ui/toasts.ts';
import classes from './entry-form.module.css';
import { OwnerName, SecretInput } from './secret-input.tsx';
import { useAccess } from './use-startup.ts';

/** Who may use this page, and how its password is changed. */
export function PasswordPanel() {
  const access = useAccess();
  return (
    <Panel title="Access">
      {access === 'signed_in' ? (
        <ChangePassword />
      ) : (
        <p>This page answers on this machine only and asks for no password.</p>
      )}
    </Panel>
  );
}

const names = ['current', 'password'] as const;

function ChangePassword() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [mistakes, setMistakes] = useState<Record<string, string>>({});
  const change = useAction(routes.changePassword, {
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      toast('The password has been changed.');
    },
  });
  const refused = fieldErrors(change.error, names);
  const errorOf = (name: string) => mistakes[name] ?? refused.fields[name];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = changePasswordInputSchema.safeParse({ current, password });
    setMistakes(parsed.success ? {} : schemaErrors(parsed.error));
    if (parsed.success) change.mutate({ body: parsed.data });
    else change.reset();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <OwnerName />
      <SecretInput
        label="Current password"
        autoComplete="current-password"
        value={current}
        error={errorOf('current')}
        onChange={setCurrent}
      />
      <SecretInput
        label="New password"
        autoComplete="new-password"
        value={password}
        description={`At least ${minPasswordLength} characters; every other browser is logged out`}
        error={errorOf('password')}
        onChange={setPassword}
      />
      {refused.rest && (
        <p className={classes.error} role="alert">
          {refused.rest}
        </p>
      )}
      <div>
        <Button type="submit" variant="default" loading={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
