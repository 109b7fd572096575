/** Signing out of a guest's account can be the end of it, so the question says how one comes back. */
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Customer } from '~/api';
import { DangerButton } from '../../shell/DangerButton';
import { signOut } from '../queries';

export function SignOutDialog({ customer, opened, onClose }: { customer: Customer; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('front');
  const leave = useMutation({ mutationFn: signOut });
  return (
    <Modal opened={opened} onClose={onClose} title={t('account.signOutTitle')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="md">
        <Text>{consequence(customer, t)}</Text>
        <DangerButton isFinal size="md" loading={leave.isPending} onClick={() => leave.mutate()}>
          {t('action.signOut')}
        </DangerButton>
        <Button size="md" variant="default" onClick={onClose} data-autofocus>
          {t('action.cancel')}
        </Button>
      </Stack>
    </Modal>
  );
}

function consequence(customer: Customer, t: ReturnType<typeof useTranslation<'front'>>['t']): string {
  if (!customer.isGuest) return t('account.signOutConsequence');
  return customer.email ? t('account.signOutGuest', { email: customer.email }) : t('account.signOutGuestNoEmail');
}
