/** Entering an appointment at the desk: who, what, when. It stands at once. */
import { Alert, Button, Group, Modal, SegmentedControl, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, type AppointmentBody, type Slot } from '~/api';
import { formatDayAndClock, formatDuration, formatMoney } from '~/ui';
import { showAppointment } from '../../live';
import { customersQuery, providersQuery, servicesQuery, useBusinessZone, useRights } from '../../queries';
import { SlotPicker } from './SlotPicker';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Whom the entry is for, where the way here began at a customer. */
    bookFor?: { id: string; name: string };
  }
}

const SEARCH_DELAY_MS = 200;
const CUSTOMERS_SHOWN_MAX = 20;

interface Props {
  /** Wall clock of the business from which to look for a time. */
  startAt: string;
  onClose: () => void;
}

export function NewAppointment({ startAt, onClose }: Props) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const zone = useBusinessZone();
  const services = useQuery(servicesQuery);
  const providers = useQuery(providersQuery);
  const { bookFor } = useLocation({ select: ({ state }) => state });
  // Looking up a customer is for managers; a known address finds its customer all the same.
  const { mayManage } = useRights();
  const [mode, setMode] = useState<'existing' | 'new'>(mayManage || bookFor ? 'existing' : 'new');
  const [customerId, setCustomerId] = useState<string | null>(bookFor?.id ?? null);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [phone, setPhone] = useState('');
  const [serviceId, setServiceId] = useState<string | null>(null);
  const [staffId, setStaffId] = useState<string | null>(null);
  const [day, setDay] = useState(startAt.slice(0, 10));
  const [slot, setSlot] = useState<Slot | null>(null);
  const [notes, setNotes] = useState('');
  // One key per entry, so that a repeat after a lost answer is not a second appointment.
  const key = useRef(newKey());

  const offered = (services.data ?? []).filter((service) => service.active);
  const service = offered.find((entry) => entry.id === serviceId);
  const doers = (providers.data ?? []).filter((provider) => provider.bookable && (!service || service.providerIds.length === 0 || service.providerIds.includes(provider.id)));
  const hasCustomer = mode === 'existing' ? customerId !== null : name.trim() !== '' && (email.trim() === '' ? phone.trim() !== '' : /^\S+@\S+$/.test(email.trim()));

  const create = useMutation({
    mutationFn: async (body: AppointmentBody) => (await must(userApi.POST('/api/appointments', { body, headers: { 'Idempotency-Key': key.current } }))).data,
    onSuccess: (appointment) => {
      showAppointment(client, appointment);
      notifications.show({ color: 'green', message: t('appointments.created_done', { service: appointment.service, time: formatDayAndClock(appointment.start, appointment.timezone) }) });
      onClose();
    },
    onError: () => {
      key.current = newKey();
      setSlot(null);
      void client.invalidateQueries({ queryKey: ['availability'] });
    },
  });
  const submit = () => {
    if (!slot || !serviceId || !hasCustomer) return;
    create.mutate({
      ...(mode === 'existing' ? { customerId: customerId ?? '' } : { customerName: name.trim(), ...(email.trim() && { customerEmail: email.trim() }), ...(phone.trim() && { customerPhone: phone.trim() }) }),
      serviceId,
      time: slot.start,
      staffId: staffId ?? slot.staffId,
      ...(notes.trim() ? { notes: notes.trim() } : {}),
    });
  };

  return (
    <Modal opened onClose={onClose} title={t('appointments.newTitle')} size="lg">
      <form onSubmit={(event) => (event.preventDefault(), submit())}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">{t('appointments.newText')}</Text>
          {mayManage && <SegmentedControl value={mode} onChange={(value) => setMode(value as 'existing' | 'new')} data={[{ value: 'existing', label: t('appointments.existing') }, { value: 'new', label: t('appointments.newCustomer') }]} />}
          {mode === 'existing' ? (
            <CustomerSelect first={bookFor ?? null} isSearchable={mayManage} value={customerId} onChange={setCustomerId} />
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput data-autofocus label={t('appointments.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="off" />
              <TextInput label={t('appointments.phone')} type="tel" value={phone} onChange={(event) => setPhone(event.currentTarget.value)} autoComplete="off" />
              <TextInput label={t('appointments.email')} description={t('appointments.oneOfBoth')} inputWrapperOrder={['label', 'input', 'description', 'error']} type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} autoComplete="off" />
            </SimpleGrid>
          )}
          {services.data && offered.length === 0 ? (
            <Alert color="yellow">{t('appointments.noServices')} <Link to="/dashboard/services" search={{ new: true }}>{t('services.emptyAction')}</Link></Alert>
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Select
                label={t('appointments.service')}
                placeholder={t('appointments.pickService')}
                searchable
                value={serviceId}
                onChange={(value) => (setServiceId(value), setSlot(null))}
                data={offered.map((entry) => ({ value: entry.id, label: `${entry.name} · ${formatDuration(entry.duration)} · ${formatMoney(entry.price)}` }))}
              />
              <Select label={t('appointments.staff')} placeholder={t('appointments.anyStaff')} clearable value={staffId} onChange={(value) => (setStaffId(value), setSlot(null))} data={doers.map((provider) => ({ value: provider.id, label: provider.name }))} />
            </SimpleGrid>
          )}
          {serviceId && <SlotPicker serviceId={serviceId} staffId={staffId} day={day} onDay={setDay} value={slot ?? null} onChange={setSlot} />}
          <Textarea label={t('appointments.notes')} autosize minRows={2} maxRows={6} value={notes} onChange={(event) => setNotes(event.currentTarget.value)} />
          {create.error && <Alert color="red" role="alert">{toProblem(create.error).code === 'SLOT_TAKEN' ? t('appointments.taken') : toProblem(create.error).detail}</Alert>}
          <Group justify="flex-end" gap="xs">
            {slot && <Text size="sm" fw={600} flex={1} className="tabular">{formatDayAndClock(slot.start, zone)}</Text>}
            <Button variant="default" onClick={onClose}>{t('settings.discard')}</Button>
            <Button type="submit" disabled={!slot || !hasCustomer} loading={create.isPending}>{t('appointments.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface CustomerSelectProps {
  /** Chosen before the form was opened. */
  first: { id: string; name: string } | null;
  isSearchable: boolean;
  value: string | null;
  onChange: (id: string | null) => void;
}

function CustomerSelect({ first, isSearchable, value, onChange }: CustomerSelectProps) {
  const { t } = useTranslation('desk');
  const [text, setText] = useState(first?.name ?? '');
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(first && { value: first.id, label: first.name });
  const [search] = useDebouncedValue(text === chosen?.label ? '' : text.trim(), SEARCH_DELAY_MS);
  const found = useQuery({ ...customersQuery(search, 1, CUSTOMERS_SHOWN_MAX), enabled: isSearchable, placeholderData: (before) => before });
  const rows = (found.data?.rows ?? []).map((row) => ({ value: row.id, label: [row.name, row.email ?? row.phone].filter(Boolean).join(' · ') }));
  // The chosen one stays in the list, so that its words stay in the field while another search runs.
  const data = chosen && !rows.some((row) => row.value === chosen.value) ? [chosen, ...rows] : rows;
  return (
    <Select
      data-autofocus
      openOnFocus={false}
      label={t('appointments.customer')}
      placeholder={t('appointments.pickCustomer')}
      searchable
      clearable
      value={value}
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      onChange={(id) => {
        setChosen(data.find((row) => row.value === id) ?? null);
        onChange(id);
      }}
      data={data}
      nothingFoundMessage={found.error ? toProblem(found.error).detail : t('messages.noCustomersFound')}
    />
  );
}
