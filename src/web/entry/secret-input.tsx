import { ActionIcon, TextInput } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState, type ReactNode, type Ref } from 'react';
import classes from './entry-form.module.css';
import { t } from './texts.ts';

interface SecretInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What a password manager is to do. */
  autoComplete: 'current-password' | 'new-password';
  description?: string;
  error?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** A field for a password, which can be shown to whoever types it. */
export function SecretInput({ label, value, onChange, autoComplete, ...rest }: SecretInputProps) {
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? IconEyeOff : IconEye;
  return (
    <TextInput
      {...rest}
      label={label}
      type={isShown ? 'text' : 'password'}
      name={autoComplete}
      value={value}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      errorProps={{ role: 'alert' }}
      rightSection={
        <ActionIcon
          className={classes.toggle}
          variant="subtle"
          color="gray"
          aria-label={t('showTyped')}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        >
          <Icon size={18} stroke={1.7} />
        </ActionIcon>
      }
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** For password managers, which keep a password under a name. */
export function OwnerName() {
  return (
    <input
      hidden
      type="text"
      name="username"
      autoComplete="username"
      value="owner"
      readOnly
      tabIndex={-1}
      aria-hidden
    />
  );
}
