/** A role by its word; the more it may, the stronger its colour. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '~/api';
import classes from '../team.module.css';

export function RoleBadge({ role }: { role: Role }) {
  const { t } = useTranslation('desk');
  return <Badge className={classes['role'] ?? ''} data-role={role}>{t(`role.${role}`)}</Badge>;
}
