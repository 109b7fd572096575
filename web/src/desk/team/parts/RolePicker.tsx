/** A role with what it is for, chosen by its card. */
import { Radio } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '~/api';
import classes from '../team.module.css';

interface Props {
  roles: readonly Role[];
  value: Role;
  onChange: (role: Role) => void;
  isDisabled?: boolean;
}

export function RolePicker({ roles, value, onChange, isDisabled = false }: Props) {
  const { t } = useTranslation('team');
  const { t: words } = useTranslation('desk');
  return (
    <Radio.Group label={t('team.role')} value={value} onChange={(role) => onChange(role as Role)}>
      <div className={classes['roles']}>
        {roles.map((role) => <Radio key={role} value={role} disabled={isDisabled} label={words(`role.${role}`)} description={t(`team.roleHint.${role}`)} classNames={{ root: classes['roleCard'] ?? '' }} />)}
      </div>
    </Radio.Group>
  );
}
