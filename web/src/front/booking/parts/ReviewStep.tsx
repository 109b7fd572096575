/** Step four: everything once more, what happens next, and what to do when the booking was refused. */
import { Anchor, Button, Card, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Business, Service } from '~/api';
import { zoneName } from '~/ui';
import * as format from '../../format/words';
import { Notice } from '../../shell/Notice';
import type { BookingDraft, BookingStep } from '../draft';
import type { Slot } from '../slots';
import type { Submission } from '../useSubmission';
import classes from '../booking.module.css';

interface ReviewStepProps {
  business: Business;
  offer: Service;
  draft: BookingDraft;
  submission: Submission;
  onStep: (step: BookingStep) => void;
  onAlternative: (slot: Slot) => void;
}

export function ReviewStep(props: ReviewStepProps) {
  const { t } = useTranslation('front');
  const { business, draft } = props;
  return (
    <section>
      <Title order={2} tabIndex={-1} className={classes.heading}>
        {t('booking.reviewTitle')}
      </Title>
      <Stack gap="md">
        <RefusalNotice {...props} />
        <ReviewCard {...props} />
        <Card withBorder>
          <Text fw={600} mb={4}>
            {t('booking.nextTitle')}
          </Text>
          <List size="sm" type="ordered" spacing={4} listStyleType="decimal">
            <List.Item>{t('booking.next1', { business: business.name })}</List.Item>
            <List.Item>{t('booking.next2', { email: draft.contact.email.trim() })}</List.Item>
            <List.Item>{t('booking.next3')}</List.Item>
          </List>
          <Text size="sm" c="dimmed" mt="sm">
            {t('booking.payLater')}
          </Text>
        </Card>
      </Stack>
    </section>
  );
}

function ReviewCard({ business, offer, draft, onStep }: ReviewStepProps) {
  const { t } = useTranslation('front');
  const { slot, contact } = draft;
  if (!slot) return null;
  const staff = draft.staffId && slot.staffName ? slot.staffName : t('booking.anyStaff');
  const day = format.when(slot.start, business.timezone);
  const until = t('booking.until', { time: format.time(slot.end, business.timezone) });
  return (
    <Card withBorder padding={0} component="dl" className={classes.review}>
      <ReviewRow name={t('booking.review.service')} onChange={() => onStep('service')}>
        <strong>{offer.name}</strong> · {format.duration(offer.duration)}
      </ReviewRow>
      <ReviewRow name={t('booking.review.when')} onChange={() => onStep('time')}>
        <strong>{day}</strong> {until}
        <br />
        <Text span size="xs" c="dimmed">
          {zoneName(business.timezone)}
        </Text>
      </ReviewRow>
      <ReviewRow name={t('booking.review.with')} onChange={() => onStep('time')}>
        {staff}
      </ReviewRow>
      <ReviewRow name={t('booking.review.you')} onChange={() => onStep('contact')}>
        {contact.name.trim()}
        <br />
        {contact.email.trim()}
        {contact.phone.trim() && (
          <>
            <br />
            {contact.phone.trim()}
          </>
        )}
      </ReviewRow>
      {contact.notes.trim() && (
        <ReviewRow name={t('booking.review.notes')} onChange={() => onStep('contact')}>
          <span className={classes.notes}>{contact.notes.trim()}</span>
        </ReviewRow>
      )}
      <ReviewRow name={t('booking.review.price')}>
        <strong className={classes.price}>{format.price(offer.price)}</strong>
      </ReviewRow>
    </Card>
  );
}

function ReviewRow({ name, onChange, children }: { name: string; onChange?: () => void; children: React.ReactNode }) {
  const { t } = useTranslation('front');
  return (
    <div className={classes.reviewRow}>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {onChange && (
        <dd className={classes.reviewChange}>
          <Anchor component="button" type="button" onClick={onChange} aria-label={t('booking.review.changeOf', { what: name })} className={classes.change}>
            {t('booking.review.change')}
          </Anchor>
        </dd>
      )}
    </div>
  );
}

function RefusalNotice({ business, submission: { refusal, isSending }, onStep, onAlternative }: ReviewStepProps) {
  const { t } = useTranslation('front');
  if (!refusal || isSending) return null;
  if (refusal.kind === 'unanswered') {
    return (
      <Notice tone="waiting" title={t('booking.refusedTitle')}>
        {t('booking.lostAnswer')}
      </Notice>
    );
  }
  if (refusal.kind !== 'taken') {
    return (
      <Notice tone="failed" title={t('booking.refusedTitle')}>
        {refusal.text}
        {refusal.kind === 'other' && refusal.requestId && (
          <Text size="xs" mt={4}>
            {t('booking.requestId', { id: refusal.requestId })}
          </Text>
        )}
      </Notice>
    );
  }
  const { alternatives } = refusal;
  return (
    <Notice tone="waiting" title={t('booking.takenTitle')}>
      <Stack gap="xs">
        <Text size="sm">{t(alternatives.length > 0 ? 'booking.taken' : 'booking.takenNone')}</Text>
        {alternatives.map((slot, index) => (
          <Button key={`${slot.start} ${slot.staffId ?? ''}`} size="md" variant={index === 0 ? 'filled' : 'default'} onClick={() => onAlternative(slot)}>
            {t('booking.takeAlternative', { when: format.when(slot.start, business.timezone) })}
          </Button>
        ))}
        <Button size="md" variant="default" onClick={() => onStep('time')}>
          {t('booking.takenChoose')}
        </Button>
      </Stack>
    </Notice>
  );
}
