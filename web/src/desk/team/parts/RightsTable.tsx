/** What each role may do, as a table that can be read across and down. */
import { Skeleton } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StateView } from '~/ui';
import { Card } from '../../parts/Page';
import { useRights } from '../../queries';
import { rolesQuery } from '../calls';
import { ROLES } from '../model';
import classes from '../team.module.css';

export function RightsTable() {
  const { t } = useTranslation('team');
  const { t: words } = useTranslation('desk');
  const { role: own } = useRights();
  const query = useQuery(rolesQuery);
  return (
    <Card>
      <StateView query={query} loading={<div className={classes['waiting']} aria-hidden>{[0, 1, 2, 3, 4, 5].map((key) => <Skeleton key={key} height={20} />)}</div>}>
        {({ rights }) => (
          <table className={classes['rights']}>
            <caption className="visually-hidden">{t('team.rights')}</caption>
            <thead>
              <tr><th scope="col">{t('team.right')}</th>{ROLES.map((role) => <th key={role} scope="col" data-own={role === own || undefined}>{words(`role.${role}`)}</th>)}</tr>
            </thead>
            <tbody>
              {rights.map((right) => (
                <tr key={right.right}>
                  <th scope="row">{right.title}<span>{right.description}</span></th>
                  {ROLES.map((role) => (
                    <td key={role} data-own={role === own || undefined}>
                      {right.roles.includes(role) ? <IconCheck size={18} stroke={2} role="img" aria-label={t('team.has')} className={classes['has'] ?? ''} /> : <IconMinus size={16} stroke={1.5} role="img" aria-label={t('team.hasNot')} className={classes['hasNot'] ?? ''} />}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </StateView>
    </Card>
  );
}
