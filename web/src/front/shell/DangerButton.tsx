/** A button that takes something away, in a red that stays readable on light and dark. */
import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './DangerButton.module.css';

interface DangerButtonProps extends Pick<ButtonProps, 'size' | 'px' | 'loading' | 'leftSection'> {
  /** Filled for the act itself, quiet for what only leads to it. */
  isFinal?: boolean;
  onClick: () => void;
  children: ReactNode;
}

export function DangerButton({ isFinal = false, ...rest }: DangerButtonProps) {
  return <Button variant={isFinal ? 'filled' : 'default'} className={isFinal ? classes.final : classes.quiet} {...rest} />;
}
