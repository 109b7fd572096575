/** Whole pages without business: nothing found, something broke, still loading. */
import { Button, Center, Loader } from '@mantine/core';
import { IconBug, IconMapPinOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { StateMessage } from './StateView';

export function NotFoundPage() {
  const { t } = useTranslation('ui');
  return (
    <StateMessage
      icon={<IconMapPinOff size={22} stroke={1.5} />}
      title={t('notFoundTitle')}
      text={t('notFoundHint')}
      action={<Button component="a" href="/" variant="default">{t('goHome')}</Button>}
    />
  );
}

export function CrashPage({ error }: { error: unknown }) {
  const { t } = useTranslation('ui');
  useEffect(() => console.error(error), [error]);
  return (
    <StateMessage
      icon={<IconBug size={22} stroke={1.5} />}
      tone="red"
      title={t('crashTitle')}
      text={t('crashHint')}
      action={<Button variant="default" onClick={() => window.location.reload()}>{t('reload')}</Button>}
    />
  );
}

/** Only for the moment a screen's code is fetched; the screen's own skeleton follows. */
export function PendingPage() {
  const { t } = useTranslation('ui');
  return (
    <Center h="100%" mih={240} role="status" aria-label={t('loading')}>
      <Loader size="sm" type="dots" />
    </Center>
  );
}
