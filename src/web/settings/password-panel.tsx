import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { minPasswordLength } from '../../shared/accounts.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { newPasswordProblem } from '../entry/password-words.ts';
import { OwnerName, SecretInput } from '../entry/secret-input.tsx';
import { fieldErrors } from '../field-errors.ts';
import { toast } from '../ui/toasts.ts';
import classes from './access-panel.module.css';
import { t } from './texts.ts';

const names = ['current', 'password'] as const;

/** Another password, from whoever knows the one there is. */
export function ChangePassword() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [mistakes, setMistakes] = useState<Record<string, string>>({});
  const change = useAction(routes.changePassword, {
    refetch: [routes.listSessions],
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      toast(t('passwordChanged'));
    },
  });
  const refused = fieldErrors(change.error, names);
  const errorOf = (name: string) => mistakes[name] ?? refused.fields[name];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = newPasswordProblem(password);
    const found = {
      ...(current === '' && { current: t('currentMissing') }),
      ...(wrong !== null && { password: wrong }),
    };
    setMistakes(found);
    if (Object.keys(found).length === 0) change.mutate({ body: { current, password } });
    else change.reset();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <OwnerName />
      <SecretInput
        label={t('currentPassword')}
        autoComplete="current-password"
        value={current}
        error={errorOf('current')}
        onChange={setCurrent}
      />
      <SecretInput
        label={t('newPassword')}
        autoComplete="new-password"
        value={password}
        description={t('newPasswordHelp', { count: minPasswordLength })}
        error={errorOf('password')}
        onChange={setPassword}
      />
      {refused.rest !== null && (
        <p className={classes.error} role="alert">
          {refused.rest}
        </p>
      )}
      <div>
        <Button type="submit" variant="default" loading={change.isPending}>
          {t('changePassword')}
        </Button>
      </div>
    </form>
  );
}
