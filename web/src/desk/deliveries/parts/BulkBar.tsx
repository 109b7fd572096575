/** Picking many deliveries and sending them again, a few at a time, with what became of each. */
import { Button, Checkbox, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type Delivery } from '~/api';
import { resend } from '../../events/useResend';
import { useRecountGivenUp } from '../../useGivenUp';
import classes from '../deliveries.module.css';
import { resendAll } from '../resendAll';

const PICKED_MAX = 200;

interface Props {
  resendable: readonly Delivery[];
  chosen: readonly Delivery[];
  onPick: (ids: string[]) => void;
  onDone: () => void;
}

export function BulkBar({ resendable, chosen, onPick, onDone }: Props) {
  const { t } = useTranslation('events');
  const recount = useRecountGivenUp();
  const [progress, setProgress] = useState<{ done: number; all: number } | null>(null);
  const pickable = resendable.slice(0, PICKED_MAX);
  const isAll = chosen.length > 0 && chosen.length >= pickable.length;
  const send = async () => {
    setProgress({ done: 0, all: chosen.length });
    const { sent, refused } = await resendAll(chosen.map((row) => row.id), resend, (done) => setProgress({ done, all: chosen.length }));
    setProgress(null);
    onPick([]);
    onDone();
    recount();
    if (sent > 0) notifications.show({ message: t('deliveries.retried', { count: sent }) });
    if (refused.length > 0) notifications.show({ color: 'red', title: t('delivery.failed'), message: t('deliveries.notRetried', { count: refused.length, why: toProblem(refused[0]).detail }) });
  };
  return (
    <div className={classes['bulk']}>
      <Checkbox
        checked={isAll}
        indeterminate={chosen.length > 0 && !isAll}
        onChange={() => onPick(isAll ? [] : pickable.map((row) => row.id))}
        label={chosen.length > 0 ? t('deliveries.selected', { count: chosen.length }) : t('deliveries.selectAll')}
      />
      {chosen.length >= PICKED_MAX && <Text size="xs" c="dimmed">{t('deliveries.tooMany', { max: PICKED_MAX })}</Text>}
      <span className={classes['spring']} />
      {progress ? (
        <Text size="xs" role="status" className="tabular">{t('deliveries.retrying', progress)}</Text>
      ) : (
        chosen.length > 0 && <Button size="xs" leftSection={<IconRefresh size={14} stroke={2} />} onClick={() => void send()}>{t('deliveries.retrySelected')}</Button>
      )}
    </div>
  );
}
