import { TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { t } from './texts.ts';

interface CodeInputProps {
  value: string;
  onChange: (value: string) => void;
  error: string | null | undefined;
  description?: string;
  ref?: Ref<HTMLInputElement>;
}

/** A field for the code that the program has written into its log. */
export function CodeInput({ onChange, ...rest }: CodeInputProps) {
  return (
    <TextInput
      {...rest}
      label={t('code')}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      errorProps={{ role: 'alert' }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
