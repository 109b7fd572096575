/**
 * The states every screen owes besides its data: loading (a skeleton of the real layout), empty (what this is for and the
 * first thing to do), error (what happened, what to do, the request's id) and offline (what still works).
 */
import { Button, Center, CopyButton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconCloudOff, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CODE_OFFLINE, toProblem } from '~/api';

interface MessageProps {
  icon?: ReactNode;
  title: string;
  text?: string | undefined;
  tone?: 'brand' | 'red' | 'gray' | undefined;
  action?: ReactNode;
  children?: ReactNode;
  /** 1 where the message is the whole page. */
  order?: 1 | 2;
}

/** A calm message in the middle of a pane. */
export function StateMessage({ icon, title, text, tone = 'gray', action, children, order = 2 }: MessageProps) {
  return (
    <Center p="xl" h="100%" mih={200}>
      <Stack align="center" gap="sm" maw={400} ta="center">
        <ThemeIcon size={44} radius="xl" variant="light" color={tone}>
          {icon ?? <IconInbox size={22} stroke={1.5} />}
        </ThemeIcon>
        <Title order={order} size="h2">{title}</Title>
        {text && <Text size="sm" c="dimmed">{text}</Text>}
        {action}
        {children}
      </Stack>
    </Center>
  );
}

interface ErrorProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
  title?: string | undefined;
  /** For a card or a narrow pane. */
  isSmall?: boolean;
}

/** What happened in words, then retry, then the code and the request's id for whoever helps. */
export function ErrorState({ error, onRetry, title, isSmall = false }: ErrorProps) {
  const { t } = useTranslation('ui');
  const problem = toProblem(error);
  const offline = problem.code === CODE_OFFLINE;
  const details = [problem.code, problem.requestId && t('requestId', { id: problem.requestId })].filter(Boolean).join(' · ');
  if (isSmall) {
    return (
      <Stack gap={4} py="sm" align="flex-start" role="alert">
        <Text size="sm" fw={600}>{offline ? t('offlineTitle') : (title ?? t('errorTitle'))}</Text>
        <Text size="xs" c="dimmed">{offline ? t('offlineHint') : problem.detail}</Text>
        {!offline && <Text size="xs" c="dimmed" className="tabular">{details}</Text>}
        {onRetry && <Button size="xs" mt={4} variant="default" onClick={onRetry}>{t('retry')}</Button>}
      </Stack>
    );
  }
  return (
    <StateMessage
      icon={offline ? <IconCloudOff size={22} stroke={1.5} /> : <IconAlertTriangle size={22} stroke={1.5} />}
      tone={offline ? 'gray' : 'red'}
      title={offline ? t('offlineTitle') : (title ?? t('errorTitle'))}
      text={offline ? t('offlineHint') : problem.detail}
      action={onRetry && <Button variant="default" onClick={onRetry}>{t('retry')}</Button>}
    >
      {!offline && (
        <CopyButton value={details}>
          {({ copied, copy }) => (
            <Text component="button" type="button" data-alone onClick={copy} size="xs" c="dimmed" bg="transparent" bd="none" className="tabular" style={{ cursor: 'pointer' }} title={t('copyDetails')}>
              {copied ? t('copied') : details}
            </Text>
          )}
        </CopyButton>
      )}
    </StateMessage>
  );
}

interface StateViewProps<T> {
  /** A query of react-query, or anything with these fields. */
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  /** The skeleton of the real layout. */
  loading: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Chooses the state to show. Data that was already read stays on the page when a later read fails. */
export function StateView<T>({ query, loading, isEmpty, empty, children }: StateViewProps<T>) {
  if (query.data !== undefined) {
    return <>{isEmpty?.(query.data) ? empty : children(query.data)}</>;
  }
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <>{loading}</>;
}
