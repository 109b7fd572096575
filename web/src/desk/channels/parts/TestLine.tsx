/** A message to oneself, by the saved settings, and the provider's own words about it. */
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { toProblem, type ChannelTest } from '~/api';
import { ErrorState } from '~/ui';
import { CodeBlock } from '../../parts/CodeBlock';
import { Caution } from '../../parts/Caution';
import { sendTest } from '../queries';
import classes from '../channels.module.css';

const ANSWER_HEIGHT_MAX = 160;
const TO_CHARACTERS_MAX = 254;

interface Props {
  channel: 'email' | 'sms' | 'whatsapp';
  initial: string;
  isDirty: boolean;
  isSimulated: boolean;
}

export function TestLine({ channel, initial, isDirty, isSimulated }: Props) {
  const { t } = useTranslation('setup');
  const [to, setTo] = useState(initial);
  const test = useMutation({ mutationFn: () => sendTest(channel, to.trim()) });
  const problem = test.error ? toProblem(test.error) : null;
  const fieldWords = problem?.fieldMessage('to');
  return (
    <form
      className={classes['test']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        test.mutate();
      }}
    >
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput flex={1} miw={0} label={channel === 'email' ? t('channels.testEmailTo') : t('channels.testSmsTo')} type={channel === 'email' ? 'email' : 'tel'} value={to} maxLength={TO_CHARACTERS_MAX} error={Boolean(fieldWords)} onChange={({ currentTarget }) => setTo(currentTarget.value)} />
        <Button type="submit" variant="default" style={{ flexShrink: 0 }} disabled={isDirty || to.trim() === ''} loading={test.isPending}>{t('channels.test')}</Button>
      </Group>
      {fieldWords && <Text size="xs" c="var(--mantine-color-error)" mt={4} role="alert">{fieldWords}</Text>}
      <Text size="xs" c="dimmed" mt={4}>{isDirty ? t('channels.saveFirst') : t('channels.testHint')}</Text>
      <div aria-live="polite" className={classes['answer']}>
        {problem && !fieldWords && <ErrorState isSmall title={t('failed')} error={problem} />}
        {test.data && !test.isPending && <Report report={test.data} isSimulated={isSimulated} />}
      </div>
    </form>
  );
}

function Report({ report, isSimulated }: { report: ChannelTest; isSimulated: boolean }) {
  const { t } = useTranslation('setup');
  const title = report.ok ? t(isSimulated ? 'channels.testOkSimulated' : 'channels.testOk') : report.provider === 'none' ? t('channels.testHeld') : t('channels.testFailed');
  return (
    <Caution tone={report.ok ? 'good' : 'failed'} title={title}>
      {report.error && <Text size="sm">{report.error}{report.code && <Text span size="xs" c="dimmed"> · {report.code}</Text>}</Text>}
      {report.willRetry && <Text size="xs" c="dimmed">{t('channels.willRetry')}</Text>}
      {report.messageId && <Text size="xs" c="dimmed" className="tabular">{t('channels.testId', { id: report.messageId })}</Text>}
      {report.ok && isSimulated && report.channel === 'email' && <Link to="/dashboard/mailbox/{-$mailId}" params={{}} style={{ color: 'var(--fd-brand-text)' }}>{t('channels.openMailbox')}</Link>}
      {report.response && <div className={classes['answer']}><CodeBlock text={report.response} label={t('channels.saysItself')} wraps maxHeight={ANSWER_HEIGHT_MAX} /></div>}
    </Caution>
  );
}
