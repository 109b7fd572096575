/** What the business offers: the list customers choose from, and the form for one of them. */
import { ActionIcon, Badge, Button, Menu, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlus, IconScissors } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Service } from '~/api';
import { formatDuration, formatMoney, StateMessage, StateView } from '~/ui';
import { Card, Page } from '../parts/Page';
import { servicesQuery, useRights } from '../queries';
import { ServiceForm } from './parts/ServiceForm';
import classes from './services.module.css';

export function ServicesScreen() {
  const { t } = useTranslation('desk');
  const { mayManage } = useRights();
  const search = useSearch({ from: '/dashboard/services' });
  const navigate = useNavigate({ from: '/dashboard/services' });
  const query = useQuery(servicesQuery);
  const [edited, setEdited] = useState<Service | null>(null);
  const [showsRetired, setShowsRetired] = useState(false);
  const openNew = () => void navigate({ search: { new: true } });
  const close = () => {
    setEdited(null);
    if (search.new) void navigate({ search: {}, replace: true });
  };

  return (
    <Page title={t('services.title')} text={mayManage ? t('services.text') : t('services.readOnly')} action={mayManage && <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={openNew}>{t('services.new')}</Button>}>
      <StateView
        query={query}
        loading={<Card>{Array.from({ length: 5 }, (_, key) => <div key={key} className={classes['row']}><div className={classes['words']}><Skeleton height={13} width={`${40 + ((key * 13) % 25)}%`} /><Skeleton height={10} width="70%" mt={8} /></div><Skeleton height={13} width={40} style={{ flexShrink: 0 }} /><Skeleton height={13} width={72} mr="xs" style={{ flexShrink: 0 }} /></div>)}</Card>}
        isEmpty={(rows) => rows.length === 0}
        empty={<Card><StateMessage icon={<IconScissors size={22} stroke={1.5} />} tone="brand" title={t('services.emptyTitle')} text={t('services.emptyText')} action={mayManage && <Button onClick={openNew}>{t('services.emptyAction')}</Button>} /></Card>}
      >
        {(rows) => {
          const retired = rows.filter((service) => !service.active);
          return (
            <>
              <Card>{rows.filter((service) => service.active).map((service) => <ServiceRow key={service.id} service={service} mayManage={mayManage} onEdit={() => setEdited(service)} />)}</Card>
              {retired.length > 0 && <Button variant="subtle" color="gray" style={{ alignSelf: 'flex-start' }} onClick={() => setShowsRetired(!showsRetired)}>{showsRetired ? t('services.hideRetired') : t('services.showRetired', { count: retired.length })}</Button>}
              {showsRetired && <Card>{retired.map((service) => <ServiceRow key={service.id} service={service} mayManage={mayManage} onEdit={() => setEdited(service)} />)}</Card>}
            </>
          );
        }}
      </StateView>
      {mayManage && (search.new || edited) && <ServiceForm service={edited} onClose={close} />}
    </Page>
  );
}

function ServiceRow({ service, mayManage, onEdit }: { service: Service; mayManage: boolean; onEdit: () => void }) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: servicesQuery.queryKey });
  const onError = (error: unknown) => notifications.show({ color: 'red', title: t('services.failed'), message: toProblem(error).detail });
  const path = { params: { path: { id: service.id } } };
  const retire = useMutation({
    // Not DELETE, which hides it for good: what is retired here can be offered again.
    mutationFn: () => must(userApi.PATCH('/api/services/{id}', { ...path, body: { active: false } })),
    onSuccess: () => (notifications.show({ message: t('services.retiredDone', { name: service.name }) }), refresh()),
    onError,
  });
  const restore = useMutation({
    mutationFn: () => must(userApi.PATCH('/api/services/{id}', { ...path, body: { active: true } })),
    onSuccess: () => (notifications.show({ message: t('services.restored', { name: service.name }) }), refresh()),
    onError,
  });
  const askRetire = () =>
    modals.openConfirmModal({
      title: t('services.retireTitle', { name: service.name }),
      children: <Text size="sm">{t('services.retireText')}</Text>,
      labels: { confirm: t('services.retire'), cancel: t('appointments.keep') },
      confirmProps: { color: 'red' },
      onConfirm: () => retire.mutate(),
    });
  return (
    <div className={classes['row']} data-retired={!service.active || undefined}>
      <UnstyledButton className={classes['words'] ?? ''} onClick={onEdit} disabled={!mayManage}>
        <strong>{service.name}</strong>
        {service.category && <Badge size="sm" radius="xs" color="gray" mr={8}>{service.category}</Badge>}
        {!service.active && <Badge size="sm" radius="xs" color="gray" mr={8}>{t('services.retired')}</Badge>}
        {service.description && <span>{service.description}</span>}
      </UnstyledButton>
      <span className={classes['figure']}>{formatDuration(service.duration)}</span>
      <strong className={classes['figure']}>{formatMoney(service.price)}</strong>
      {mayManage && (
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon size={44} aria-label={t('services.actions', { name: service.name })} loading={retire.isPending || restore.isPending}><IconDots size={20} stroke={1.5} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onEdit}>{t('services.edit')}</Menu.Item>
            {service.active ? <Menu.Item color="red" onClick={askRetire}>{t('services.retire')}</Menu.Item> : <Menu.Item onClick={() => restore.mutate()}>{t('services.restore')}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
