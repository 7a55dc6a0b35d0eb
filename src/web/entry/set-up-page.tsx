import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { minPasswordLength, setUpInputSchema } from '../../shared/accounts.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { fieldErrors, schemaErrors } from '../field-errors.ts';
import { CodeInput } from './code-input.tsx';
import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';
import { OwnerName, SecretInput } from './secret-input.tsx';

const names = ['code', 'password'] as const;

/** The first visit: proves with the code from the log that the installation is the reader's own, and sets its password. */
export function SetUpPage({ silent }: { silent: string | null }) {
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [mistakes, setMistakes] = useState<Record<string, string>>({});
  const field = useRef<HTMLInputElement>(null);
  const setUp = useAction(routes.setUp, {
    refetch: [routes.getStartup],
    onError: () => field.current?.select(),
  });
  useEffect(() => field.current?.focus(), []);
  const refused = fieldErrors(setUp.error, names);
  const errorOf = (name: string) => mistakes[name] ?? refused.fields[name];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = setUpInputSchema.safeParse({ code: code.trim(), password });
    setMistakes(parsed.success ? {} : schemaErrors(parsed.error));
    if (parsed.success) setUp.mutate({ body: parsed.data });
    else setUp.reset();
  };
  return (
    <EntryFrame title="Set a password" silent={silent} hasField>
      <p className={classes.text}>
        Whoever has it may see and change everything here. To show that this installation is yours, type the
        code that the program wrote into its log when it started.
      </p>
      <CodePlaces />
      <form className={classes.form} onSubmit={submit} noValidate>
        <CodeInput ref={field} value={code} error={errorOf('code')} onChange={setCode} />
        <OwnerName />
        <SecretInput
          label="New password"
          autoComplete="new-password"
          value={password}
          description={`At least ${minPasswordLength} characters`}
          error={errorOf('password')}
          onChange={setPassword}
        />
        {refused.rest && (
          <p className={classes.error} role="alert">
            {refused.rest}
          </p>
        )}
        <Button type="submit" size="md" loading={setUp.isPending}>
          Set the password
        </Button>
      </form>
    </EntryFrame>
  );
}

function CodePlaces() {
  return (
    <dl className={classes.commands}>
      <div>
        <dt className={classes.dim}>In a container</dt>
        <dd>
          <code className={classes.command}>docker logs viofosync</code>
        </dd>
      </div>
      <div>
        <dt className={classes.dim}>Otherwise</dt>
        <dd>The terminal or the service log it runs in</dd>
      </div>
    </dl>
  );
}
