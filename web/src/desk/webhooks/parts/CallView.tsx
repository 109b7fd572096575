/** One call as it went over the wire: what came of it in words, then the answer and the request. */
import { Badge, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookCall } from '~/api';
import { useMoments } from '../../events/useMoments';
import marks from '../../events/parts/marks.module.css';
import { CodeBlock } from '../../parts/CodeBlock';
import { prettyJson } from '../../parts/tokens';
import { readSignature } from '../signature';
import classes from '../webhooks.module.css';
import { AnswerHeaders } from './AnswerHeaders';
import { SignatureView } from './SignatureView';

const CODE_HEIGHT_MAX = 320;

/** The receiver's status with its colour; a word where no answer came. */
export function StatusMark({ call }: { call: Pick<WebhookCall, 'ok' | 'httpStatus'> }) {
  const { t } = useTranslation('setup');
  return <Badge className={`${marks['badge']} tabular`} data-tone={call.ok ? 'good' : 'failed'} fw={600} style={{ flexShrink: 0 }}>{call.httpStatus ?? t('webhooks.logNone')}</Badge>;
}

export function CallView({ call }: { call: WebhookCall }) {
  const { t } = useTranslation('setup');
  const { span } = useMoments();
  const [part, setPart] = useState<'answer' | 'request' | 'signature'>('answer');
  const request = [call.request, call.requestBody && prettyJson(call.requestBody)].filter(Boolean).join('\n\n');
  const signature = readSignature(call.request);
  return (
    <Stack gap="sm">
      <div className={classes['result']}>
        <StatusMark call={call} />
        <Text size="sm" fw={600}>{call.ok ? t('webhooks.testOk') : t('webhooks.testFailed')}</Text>
        <Text size="xs" c="dimmed" className="tabular">{t('webhooks.took', { time: span(call.durationMs) })}</Text>
      </div>
      {call.error && <Text size="sm" c="var(--fd-failed-text)" role="alert">{call.error}{call.code && <Text span size="xs" c="dimmed"> · {call.code}</Text>}</Text>}
      <SegmentedControl fullWidth value={part} onChange={(next) => setPart(next as typeof part)} data={[{ value: 'answer', label: t('webhooks.answer') }, { value: 'request', label: t('webhooks.request') }, ...(signature ? [{ value: 'signature', label: t('webhooks.signaturePart') }] : [])]} />
      {part === 'answer'
        ? <>{call.response ? <CodeBlock text={prettyJson(call.response)} label={t('webhooks.answer')} wraps maxHeight={CODE_HEIGHT_MAX} hasCopy /> : <Text size="sm" c="dimmed">{call.httpStatus ? t('webhooks.emptyAnswer') : t('webhooks.noAnswer')}</Text>}<AnswerHeaders headers={call.responseHeaders} /></>
        : part === 'signature' && signature ? <SignatureView signature={signature} />
        : <CodeBlock text={request} label={t('webhooks.request')} wraps maxHeight={CODE_HEIGHT_MAX} hasCopy />}
    </Stack>
  );
}
