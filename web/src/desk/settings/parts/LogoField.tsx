/** The logo: dropped or chosen, in place at once. */
import { Button, FileButton, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPhoto, IconTrash, IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { formatBytes } from '~/ui';
import { businessQuery } from '../../queries';
import { removeLogo, uploadLogo } from '../calls';
import classes from '../settings.module.css';

const LOGO_BYTES_MAX = 2_000_000;
const KINDS = ['image/png', 'image/jpeg', 'image/webp'];

export function LogoField({ logoUrl, isDisabled }: { logoUrl: string | null; isDisabled: boolean }) {
  const { t } = useTranslation('team');
  const client = useQueryClient();
  const [fault, setFault] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: businessQuery.queryKey });
  const upload = useMutation({
    mutationFn: uploadLogo,
    onSuccess: () => {
      notifications.show({ message: t('brand.uploaded') });
      return again();
    },
    onError: (error) => setFault(toProblem(error).detail),
  });
  const remove = useMutation({
    mutationFn: removeLogo,
    onSuccess: () => {
      notifications.show({ message: t('brand.removed') });
      return again();
    },
    onError: (error) => setFault(toProblem(error).detail),
  });
  const size = formatBytes(LOGO_BYTES_MAX);
  const take = (file: File | null | undefined) => {
    if (!file || isDisabled) return;
    const wrong = !KINDS.includes(file.type) ? t('brand.wrongKind') : file.size > LOGO_BYTES_MAX ? t('brand.tooLarge', { size }) : null;
    setFault(wrong);
    if (!wrong) upload.mutate(file);
  };
  return (
    <div
      className={classes['logo']}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      {logoUrl ? <img src={logoUrl} alt={t('brand.logo')} width={64} height={64} /> : <span className={classes['noLogo']}><IconPhoto size={24} stroke={1.5} aria-hidden /></span>}
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600}>{t('brand.logo')}</Text>
        <Text size="xs" c="dimmed" mb={6}>{t('brand.logoHint', { size })}</Text>
        <Group gap="xs">
          <FileButton accept={KINDS.join(',')} onChange={take} disabled={isDisabled}>
            {(props) => <Button {...props} size="xs" variant="default" loading={upload.isPending} leftSection={<IconUpload size={14} stroke={1.75} />}>{t(logoUrl ? 'brand.replace' : 'brand.choose')}</Button>}
          </FileButton>
          {logoUrl && <Button size="xs" variant="subtle" color="red" loading={remove.isPending} disabled={isDisabled} leftSection={<IconTrash size={14} stroke={1.75} />} onClick={() => remove.mutate()}>{t('brand.remove')}</Button>}
        </Group>
        {fault && <Text size="xs" c="var(--fd-failed-text)" mt={6} role="alert">{fault}</Text>}
      </div>
    </div>
  );
}
