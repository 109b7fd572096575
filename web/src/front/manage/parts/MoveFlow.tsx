/** Moving a visit by its link: the calendar and times of a booking, and one button. The old time is kept until the answer. */
import { Button, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useReducer, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, toProblem, type Appointment, type Business } from '~/api';
import { TimeStep } from '../../booking/parts/TimeStep';
import { EMPTY_DRAFT, reduceDraft } from '../../booking/draft';
import { parseRefusal } from '../../booking/refusal';
import type { Slot } from '../../booking/slots';
import { describeFault } from '../../fault';
import { zonedParts } from '../../format/zone';
import * as format from '../../format/words';
import { FrontShell } from '../../shell/FrontShell';
import { Notice } from '../../shell/Notice';
import { moveManaged } from '../queries';
import classes from '../../booking/booking.module.css';

interface MoveFlowProps {
  appointment: Appointment;
  business: Business;
  token: string;
  onMoved: (moved: Appointment) => void;
  onLeave: () => void;
}

export default function MoveFlow({ appointment, business, token, onMoved, onLeave }: MoveFlowProps) {
  const { t } = useTranslation('move');
  const queries = useQueryClient();
  const present = zonedParts(appointment.start, business.timezone).day;
  const [draft, dispatch] = useReducer(reduceDraft, { ...EMPTY_DRAFT, serviceId: appointment.serviceId, month: present.slice(0, 7), day: present });
  // The same wish sent again is the same move, whatever became of the first answer.
  const sent = useRef({ start: '', key: '' });
  const move = useMutation({
    mutationFn: ({ start }: Slot) => {
      if (sent.current.start !== start) sent.current = { start, key: newKey() };
      return moveManaged(token, start, sent.current.key);
    },
    onSuccess: ({ appointment: moved }) => onMoved(moved),
    onError: (error) => {
      if (parseRefusal(toProblem(error)).kind !== 'unanswered') sent.current.start = '';
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['front', 'freeTimes'] });
      void queries.invalidateQueries({ queryKey: ['front', 'freeDays'] });
    },
  });
  const { slot } = draft;
  const isElsewhere = slot !== null && Date.parse(slot.start) !== Date.parse(appointment.start);
  const takeAlternative = (other: Slot) => {
    dispatch({ type: 'slotChosen', slot: other, day: zonedParts(other.start, business.timezone).day });
    move.mutate(other);
  };
  return (
    <FrontShell
      slug={business.slug}
      active={null}
      business={business}
      title={t('title')}
      onBack={onLeave}
      bar={
        <div className={classes.bar}>
          <div className={classes.summaryText} aria-live="polite">
            <div className={classes.summaryTitle}>{slot && isElsewhere ? format.when(slot.start, business.timezone) : t('pick')}</div>
            <div className={classes.summaryMeta}>{t('present', { when: format.when(appointment.start, business.timezone) })}</div>
          </div>
          <Button
            size="lg"
            className={classes.go}
            disabled={!isElsewhere}
            loading={move.isPending}
            leftSection={<IconCheck size={18} aria-hidden />}
            onClick={() => slot && move.mutate(slot)}
          >
            {t('go')}
          </Button>
        </div>
      }
    >
      <Stack gap="md">
        {move.error && <MoveRefused fault={move.error} zone={business.timezone} onTake={takeAlternative} />}
        <TimeStep
          business={business}
          offer={{ id: appointment.serviceId, duration: appointment.durationMinutes, providerIds: [] }}
          moving={token}
          draft={draft}
          dispatch={dispatch}
        />
      </Stack>
    </FrontShell>
  );
}

function MoveRefused({ fault, zone, onTake }: { fault: unknown; zone: string; onTake: (slot: Slot) => void }) {
  const { t } = useTranslation('move');
  const { t: tFront } = useTranslation('front');
  const refusal = parseRefusal(toProblem(fault));
  if (refusal.kind === 'unanswered') return <Notice tone="waiting" title={t('refusedTitle')}>{t('lostAnswer')}</Notice>;
  if (refusal.kind !== 'taken') {
    const words = refusal.kind === 'fields' ? refusal.text : describeFault(fault, tFront).text;
    return <Notice tone="failed" title={t('refusedTitle')}>{words}</Notice>;
  }
  return (
    <Notice tone="waiting" title={t('takenTitle')}>
      <Stack gap="xs">
        <Text size="sm">{t('taken')}</Text>
        {refusal.alternatives.map((slot) => (
          <Button key={slot.start} size="md" variant="default" onClick={() => onTake(slot)}>
            {t('takeAlternative', { when: format.when(slot.start, zone) })}
          </Button>
        ))}
      </Stack>
    </Notice>
  );
}
