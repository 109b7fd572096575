/** Whole pages without business: nothing found, something broke, still loading. */
import { Button, Center, Group, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconBug, IconMapPinOff } from '@tabler/icons-react';
import { createContext, useContext, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { titleOf } from './PageTitle';
import { ErrorState, StateMessage } from './StateView';

const ADDRESS_CHARACTERS_MAX = 60;

/** An address that leads nowhere: said plainly, with the address, and two ways on. */
export function NotFoundPage() {
  const { t } = useTranslation('ui');
  useEffect(() => {
    document.title = titleOf(t('notFoundTitle'));
  }, [t]);
  return (
    <Center component="main" mih="100%" p="lg" style={{ paddingTop: 'calc(var(--fd-banners) + 24px)' }}>
      <Stack align="center" gap="md" maw={420} ta="center">
        <ThemeIcon size={72} radius="xl" variant="light">
          <IconMapPinOff size={36} stroke={1.5} aria-hidden />
        </ThemeIcon>
        <Text size="xs" fw={600} c="dimmed" className="tabular">404</Text>
        <Title order={1}>{t('notFoundTitle')}</Title>
        <Text c="dimmed">{t('notFoundHint', { address: shorten(window.location.pathname) })}</Text>
        <Group gap="sm" justify="center" mt="xs">
          <Button component="a" href="/">{t('goHome')}</Button>
          {window.history.length > 1 && <Button variant="default" onClick={() => window.history.back()}>{t('goBack')}</Button>}
        </Group>
      </Stack>
    </Center>
  );
}

function shorten(address: string): string {
  return address.length > ADDRESS_CHARACTERS_MAX ? `${address.slice(0, ADDRESS_CHARACTERS_MAX)}…` : address;
}

/** The code of a screen that was not opened before could not be fetched; each browser says so in words of its own. */
const MISSING_CODE = /dynamically imported module|importing a module script failed|unable to preload css/i;

export function CrashPage({ error }: { error: unknown }) {
  const { t } = useTranslation('ui');
  const isUnreachable = error instanceof Error && MISSING_CODE.test(error.message);
  useEffect(() => {
    if (!isUnreachable) console.error(error);
  }, [error, isUnreachable]);
  // Nothing is broken: the network or the server is away, and that is what it says.
  if (isUnreachable) return <ErrorState error={new TypeError(error.message)} onRetry={() => window.location.reload()} />;
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

/** Whether a frame around the screen is drawn already, with the page's main part in it. */
export const Framed = createContext(false);

/** Only for the moment a screen's code is fetched; the screen's own skeleton follows. */
export function PendingPage() {
  const { t } = useTranslation('ui');
  const isFramed = useContext(Framed);
  const waiting = (
    <Stack gap="md" p="lg" maw={1240} mx="auto" w="100%" role="status" aria-busy="true" aria-label={t('loading')}>
      <Skeleton height={22} width={180} />
      <Skeleton height={12} width={280} />
      {[0, 1, 2].map((row) => <Skeleton key={row} height={96} radius="lg" />)}
    </Stack>
  );
  return isFramed ? waiting : <main>{waiting}</main>;
}
