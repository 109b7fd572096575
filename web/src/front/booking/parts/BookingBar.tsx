/** What is chosen so far and the way on, always in reach at the bottom. */
import { Button, Group } from '@mantine/core';
import { IconArrowRight, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Business, Service } from '~/api';
import * as format from '../../format/words';
import { isStepSettled, nextStep, type BookingDraft, type BookingStep } from '../draft';
import type { Submission } from '../useSubmission';
import { CONTACT_FORM_ID } from './ContactStep';
import classes from '../booking.module.css';

interface BookingBarProps {
  business: Business;
  offer: Service | null;
  draft: BookingDraft;
  step: BookingStep;
  submission: Submission;
  onStep: (step: BookingStep) => void;
}

export function BookingBar({ business, offer, draft, step, submission, onStep }: BookingBarProps) {
  return (
    <div className={classes.bar}>
      <BookingSummary business={business} offer={offer} draft={draft} />
      <BarButton draft={draft} step={step} submission={submission} onStep={onStep} />
    </div>
  );
}

function BarButton({ draft, step, submission, onStep }: Omit<BookingBarProps, 'business' | 'offer'>) {
  const { t } = useTranslation('front');
  if (step === 'review') {
    return (
      <Button
        size="lg"
        className={classes.go}
        loading={submission.isSending}
        // A time that is gone cannot be booked again; the way on is one of the others, shown above.
        disabled={submission.refusal?.kind === 'taken'}
        leftSection={<IconCheck size={18} aria-hidden />}
        onClick={() => submission.send(draft)}
      >
        {t('booking.submit')}
      </Button>
    );
  }
  // The form validates itself: its button stays active and the fields say what is missing.
  const isContact = step === 'contact';
  return (
    <Button
      size="lg"
      className={classes.go}
      rightSection={<IconArrowRight size={18} aria-hidden />}
      disabled={!isContact && !isStepSettled(draft, step)}
      {...(isContact ? { type: 'submit', form: CONTACT_FORM_ID } : { onClick: () => onStep(nextStep(step)) })}
    >
      {t('action.continue')}
    </Button>
  );
}

function BookingSummary({ business, offer, draft }: Pick<BookingBarProps, 'business' | 'offer' | 'draft'>) {
  const { t } = useTranslation('front');
  if (!offer) return <p className={classes.summaryMeta}>{t('booking.summaryEmpty')}</p>;
  const { slot } = draft;
  const { timezone } = business;
  const staffName = draft.staffId ? slot?.staffName : null;
  const staff = staffName ? t('booking.withStaff', { name: staffName }) : t('booking.anyStaffShort');
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" className={classes.summary} aria-live="polite">
      <div className={classes.summaryText}>
        <div className={classes.summaryTitle}>{offer.name}</div>
        <div className={classes.summaryMeta}>
          {slot ? `${format.when(slot.start, timezone)} · ${staff}` : `${format.duration(offer.duration)} · ${t('booking.summaryPickTime')}`}
        </div>
      </div>
      <span className={classes.price}>{format.price(offer.price)}</span>
    </Group>
  );
}
