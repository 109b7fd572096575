/** The four named steps; those already settled can be opened again. */
import { Stepper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { BOOKING_STEPS, isStepSettled, type BookingDraft, type BookingStep } from '../draft';
import classes from '../booking.module.css';

interface BookingStepsProps {
  draft: BookingDraft;
  step: BookingStep;
  onStep: (step: BookingStep) => void;
}

export function BookingSteps({ draft, step, onStep }: BookingStepsProps) {
  const { t } = useTranslation('front');
  const active = BOOKING_STEPS.indexOf(step);
  return (
    <nav aria-label={t('booking.steps')} className={classes.steps}>
      <Stepper
        active={active}
        size="xs"
        iconSize={24}
        wrap={false}
        onStepClick={(index) => {
          const wanted = BOOKING_STEPS[index];
          if (wanted) onStep(wanted);
        }}
        classNames={{
          step: classes.step,
          stepIcon: classes.stepIcon,
          stepLabel: classes.stepLabel,
          stepBody: classes.stepBody,
          separator: classes.stepSeparator,
          steps: classes.stepRow,
        }}
      >
        {BOOKING_STEPS.map((name, index) => (
          <Stepper.Step
            key={name}
            label={t(`booking.step.${name}`)}
            allowStepSelect={index < active || isReachable(draft, index)}
            aria-current={index === active ? 'step' : undefined}
          />
        ))}
      </Stepper>
    </nav>
  );
}

function isReachable(draft: BookingDraft, index: number): boolean {
  return BOOKING_STEPS.slice(0, index).every((before) => isStepSettled(draft, before));
}
