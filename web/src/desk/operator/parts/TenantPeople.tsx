/** Who works in a business; an operator may close the account of one of them, with a reason, and open it again. */
import { Badge, Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, useUserProfile } from '~/api';
import { formatDayAndClock, PersonAvatar } from '~/ui';
import { resumeUser, suspendUser, tenantQuery, type TenantDetail, type TenantMember } from '../calls';
import classes from '../operator.module.css';
import { ReasonForm } from './ReasonForm';

export function TenantPeople({ tenant }: { tenant: TenantDetail }) {
  const { t } = useTranslation('operator');
  return (
    <section aria-labelledby="tenant-people">
      <Text component="h3" id="tenant-people" size="sm" fw={600} mb={6}>{t('tenant.people')}</Text>
      <ul className={classes['team']} aria-labelledby="tenant-people">
        {tenant.team.map((member) => <Person key={member.id} tenantId={tenant.id} member={member} />)}
      </ul>
    </section>
  );
}

function Person({ tenantId, member }: { tenantId: string; member: TenantMember }) {
  const { t } = useTranslation('operator');
  const { t: words } = useTranslation('desk');
  const client = useQueryClient();
  const own = useUserProfile()?.user.id;
  const [isAsked, setIsAsked] = useState(false);
  const { id, name, email, role, suspendedAt } = member;
  const again = (message: string) => {
    notifications.show({ message });
    return client.invalidateQueries({ queryKey: tenantQuery(tenantId).queryKey });
  };
  const onError = (error: unknown) => notifications.show({ color: 'red', title: t('tenant.failed'), message: toProblem(error).detail });
  const suspend = useMutation({
    mutationFn: (reason: string) => suspendUser(id, reason),
    onSuccess: () => {
      setIsAsked(false);
      return again(t('person.suspended', { name }));
    },
    onError,
  });
  const resume = useMutation({ mutationFn: () => resumeUser(id), onSuccess: () => again(t('person.resumed', { name })), onError });
  return (
    <li>
      <div className={classes['person']}>
        <PersonAvatar name={name} size={32} />
        <span className={classes['who']}>
          <strong>{name}</strong>
          <span>{email}</span>
          <span>{words(`role.${role}`)}{suspendedAt ? ` · ${t('person.since', { when: formatDayAndClock(suspendedAt) })}` : ''}</span>
        </span>
        {id === own ? (
          <Badge color="gray" style={{ flexShrink: 0 }}>{t('tenant.you')}</Badge>
        ) : suspendedAt ? (
          <Button variant="default" size="xs" loading={resume.isPending} aria-label={t('person.resumeOf', { name })} onClick={() => resume.mutate()}>{t('tenant.resume')}</Button>
        ) : (
          !isAsked && <Button variant="default" size="xs" aria-label={t('person.suspendOf', { name })} onClick={() => setIsAsked(true)}>{t('tenant.suspend')}</Button>
        )}
      </div>
      {isAsked && <ReasonForm title={t('person.title', { name })} text={t('person.text')} hint={t('person.hint')} confirm={t('person.confirm')} isDangerous isBusy={suspend.isPending} onCancel={() => setIsAsked(false)} onGo={suspend.mutate} />}
    </li>
  );
}
