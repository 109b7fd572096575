/** The field for a six-digit code; phones offer the one from the mail or the message by themselves. */
import { TextInput } from '@mantine/core';
import classes from './security.module.css';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  autoFocus?: boolean;
  /** Backup codes have letters too. */
  isFree?: boolean;
}

export function CodeInput({ label, value, onChange, error, autoFocus = false, isFree = false }: Props) {
  return (
    <TextInput
      size="md"
      label={label}
      value={value}
      error={error}
      data-autofocus={autoFocus || undefined}
      autoFocus={autoFocus}
      autoComplete={isFree ? 'off' : 'one-time-code'}
      inputMode={isFree ? 'text' : 'numeric'}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={isFree ? 40 : 11}
      classNames={{ input: classes['code'] ?? '' }}
      onChange={(event) => onChange(isFree ? event.currentTarget.value.trim() : event.currentTarget.value.replaceAll(/[\s-]/g, ''))}
    />
  );
}
