/** The running booking: which step is open, what the bar at the bottom says, and the one submission. */
import { ActionIcon } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomerProfile, type Business, type Service } from '~/api';
import { zonedParts } from '../../format/zone';
import { businessSearch } from '../../shell/FrontNav';
import { FrontShell } from '../../shell/FrontShell';
import type { Booked } from '../booked';
import { reduceDraft, type BookingDraft, type BookingStep } from '../draft';
import type { Slot } from '../slots';
import { useBookingDraft } from '../useBookingDraft';
import { useStepHistory } from '../useStepHistory';
import { useSubmission } from '../useSubmission';
import { BookingBar } from './BookingBar';
import { BookingSteps } from './BookingSteps';
import { ContactStep } from './ContactStep';
import { ReviewStep } from './ReviewStep';
import { ServiceStep } from './ServiceStep';
import { TimeStep } from './TimeStep';

interface BookingFlowProps {
  business: Business;
  offers: Service[];
  wantedServiceId: string | null;
  onLeave: () => void;
  onBooked: (booked: Booked) => void;
}

export function BookingFlow({ business, offers, wantedServiceId, onLeave, onBooked }: BookingFlowProps) {
  const { t } = useTranslation('front');
  const [draft, dispatch] = useBookingDraft(business.slug);
  const profile = useCustomerProfile();
  const customer = profile?.business.id === business.id ? profile.customer : null;
  const offer = offers.find(({ id }) => id === draft.serviceId) ?? null;
  const step = offer ? draft.step : 'service';
  const openStep = (wanted: BookingStep) => dispatch({ type: 'stepOpened', step: wanted });
  // A service of the address is taken in a moment; its step is then the first entry.
  const isSettled = wantedServiceId === null || draft.serviceId === wantedServiceId || !offers.some(({ id }) => id === wantedServiceId);
  const history = useStepHistory(isSettled ? step : null, openStep, onLeave);
  const finish = (booked: Booked) => {
    history.unwind();
    onBooked(booked);
  };
  const submission = useSubmission({ business, dispatch, asCustomer: customer !== null, onBooked: finish });

  useWantedService(wantedServiceId, offers, (serviceId) => {
    dispatch({ type: 'serviceChosen', serviceId });
    openStep('time');
  });
  useEffect(() => {
    if (customer) dispatch({ type: 'contactPrefilled', contact: knownContact(customer) });
  }, [customer, dispatch]);
  useEffect(() => {
    if (draft.serviceId && !offer) openStep('service');
    // Only a change of what is offered or chosen may throw somebody back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [draft.serviceId, offer]);

  const takeAlternative = (slot: Slot) => {
    const action = { type: 'alternativeChosen', slot, day: zonedParts(slot.start, business.timezone).day } as const;
    dispatch(action);
    submission.send(reduceDraft(draft, action));
  };
  return (
    <FrontShell
      slug={business.slug}
      active="book"
      business={business}
      title={t('booking.title')}
      onBack={history.back}
      headerEnd={<ChatLink slug={business.slug} />}
      bar={<BookingBar business={business} offer={offer} draft={draft} step={step} submission={submission} onStep={openStep} />}
    >
      <BookingSteps draft={draft} step={step} onStep={openStep} />
      <StepBody step={step}>
        {step === 'service' && <ServiceStep offers={offers} draft={draft} dispatch={dispatch} />}
        {step === 'time' && offer && <TimeStep business={business} offer={offer} draft={draft} dispatch={dispatch} />}
        {step === 'contact' && (
          <ContactStep draft={draft} dispatch={dispatch} refusal={submission.refusal} knownName={customer?.name ?? null} />
        )}
        {step === 'review' && offer && (
          <ReviewStep
            business={business}
            offer={offer}
            draft={draft}
            submission={submission}
            onStep={openStep}
            onAlternative={takeAlternative}
          />
        )}
      </StepBody>
    </FrontShell>
  );
}

/** Takes the service of the address once; what is chosen after that is the customer's own doing. */
function useWantedService(wanted: string | null, offers: Service[], take: (serviceId: string) => void) {
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (!wanted || taken.current === wanted || !offers.some(({ id }) => id === wanted)) return;
    taken.current = wanted;
    take(wanted);
  }, [wanted, offers, take]);
}

function knownContact({ name, email, phone }: { name: string; email: string | null; phone: string | null }): Partial<BookingDraft['contact']> {
  return { name, email: email ?? '', phone: phone ?? '' };
}

/** A new step starts at its top, and its heading is what a screen reader says next. */
function StepBody({ step, children }: { step: BookingStep; children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    window.scrollTo({ top: 0 });
    box.current?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  }, [step]);
  return <div ref={box}>{children}</div>;
}

function ChatLink({ slug }: { slug: string }) {
  const { t } = useTranslation('front');
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={44}
      hiddenFrom="sm"
      aria-label={t('action.chat')}
      renderRoot={(props) => <Link to="/client/messages" search={businessSearch(slug)} {...props} />}
    >
      <IconMessageCircle size={22} aria-hidden />
    </ActionIcon>
  );
}
