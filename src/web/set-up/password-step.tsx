import { useState, type FormEvent } from 'react';
import { minPasswordLength } from '../../shared/accounts.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { newPasswordProblem } from '../entry/password-words.ts';
import { OwnerName, SecretInput } from '../entry/secret-input.tsx';
import { fieldErrors } from '../field-errors.ts';
import { Facts } from '../ui/facts.tsx';
import type { StepProps } from './set-up-form.tsx';
import { answersOf } from './set-up-plan.ts';
import classes from './set-up.module.css';
import { StepButtons } from './step-buttons.tsx';
import { t } from './texts.ts';

interface PasswordStepProps extends StepProps {
  onDone: (() => void) | undefined;
}

/** The last question, with what was answered before; then everything is put in force at once. */
export function PasswordStep({ view, setUp, onBack, onDone }: PasswordStepProps) {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const finish = useAction(routes.finishSetUp, {
    refetch: [routes.getStartup],
    ...(onDone && { onSuccess: onDone }),
  });
  const refused = fieldErrors(finish.error, ['password']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = newPasswordProblem(password);
    setProblem(wrong);
    if (wrong === null) finish.mutate({ body: { draft: setUp.draft, password } });
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p className={classes.help}>{t('passwordHelp')}</p>
      <OwnerName />
      <SecretInput
        label={t('newPassword')}
        autoComplete="new-password"
        value={password}
        description={t('passwordRule', { count: minPasswordLength })}
        error={problem ?? refused.fields['password']}
        onChange={(text) => {
          setPassword(text);
          setProblem(null);
        }}
      />
      <section aria-label={t('summary')}>
        <Facts form="rows" facts={answersOf(setUp.draft, view)} />
      </section>
      {view.newHost !== null && <p className={classes.note}>{t('newHost', { host: view.newHost })}</p>}
      {refused.rest !== null && (
        <p className={classes.error} role="alert">
          {t('failed', { message: refused.rest })}
        </p>
      )}
      <StepButtons onBack={onBack} next={t('finish')} isBusy={finish.isPending || finish.isSuccess} />
    </form>
  );
}
