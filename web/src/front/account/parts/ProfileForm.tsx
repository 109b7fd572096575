/** Name and phone; the e-mail address has a card of its own, because a change of it is confirmed by mail. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '~/api';
import { looksLikePhone } from '../../booking/draft';
import { describeFault, fieldFaults } from '../../fault';
import { saveDetails } from '../queries';
import { Notice } from '../../shell/Notice';

const SERVER_FIELDS = { name: 'name', phone: 'phone' } as const;

export function ProfileForm({ customer }: { customer: Customer }) {
  const { t } = useTranslation('front');
  const [name, setName] = useState(customer.name);
  const [phone, setPhone] = useState(customer.phone ?? '');
  const save = useMutation({ mutationFn: saveDetails });
  const refused = fieldFaults(save.error, SERVER_FIELDS);
  const isNameMissing = name.trim() === '';
  const isPhoneWrong = phone.trim() !== '' && !looksLikePhone(phone);
  const isChanged = name.trim() !== customer.name || phone.trim() !== (customer.phone ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isNameMissing && !isPhoneWrong) save.mutate({ name, phone });
  };
  const edit = (set: (value: string) => void) => (event: { currentTarget: { value: string } }) => {
    set(event.currentTarget.value);
    if (save.isSuccess || save.isError) save.reset();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('account.name')}
          size="md"
          required
          autoComplete="name"
          value={name}
          onChange={edit(setName)}
          error={isNameMissing ? t('booking.fieldFault.nameRequired') : refused.name}
        />
        <TextInput
          label={t('account.phone')}
          size="md"
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          value={phone}
          onChange={edit(setPhone)}
          error={isPhoneWrong ? t('booking.fieldFault.phone') : refused.phone}
        />
        {save.error && Object.keys(refused).length === 0 && (
          <Notice tone="failed">
            {describeFault(save.error, t).text}
          </Notice>
        )}
        <Group>
          <Button type="submit" size="md" loading={save.isPending} disabled={!isChanged}>
            {t('action.save')}
          </Button>
          <div role="status">
            {save.isSuccess && (
              <Group gap={4}>
                <IconCheck size={18} aria-hidden />
                <Text size="sm">{t('account.saved')}</Text>
              </Group>
            )}
          </div>
        </Group>
      </Stack>
    </form>
  );
}
