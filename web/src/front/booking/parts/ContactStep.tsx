/** Step three: who is coming. Faults show on their fields, ours when leaving the form, the server's after it refused. */
import { Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useRef, useState, type Dispatch, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { checkContact, type BookingDraft, type ContactField, type ContactFault, type DraftAction } from '../draft';
import type { Refusal } from '../refusal';
import classes from '../booking.module.css';

export const CONTACT_FORM_ID = 'front-contact';

interface ContactStepProps {
  draft: BookingDraft;
  dispatch: Dispatch<DraftAction>;
  refusal: Refusal | null;
  /** Name of the customer who is signed in here. */
  knownName: string | null;
}

export function ContactStep({ draft, dispatch, refusal, knownName }: ContactStepProps) {
  const { t } = useTranslation('front');
  const [isChecked, setChecked] = useState(false);
  const [edited, setEdited] = useState<ReadonlySet<ContactField>>(new Set());
  const form = useRef<HTMLFormElement>(null);
  const faults = checkContact(draft.contact);
  const faultWords = useFaultWords();

  const errorOf = (field: ContactField): string | undefined => {
    const fault = faults[field];
    if (isChecked && fault) return faultWords(field, fault);
    const refused = refusal?.kind === 'fields' ? refusal.fields[field] : undefined;
    return edited.has(field) ? undefined : refused;
  };
  const bind = (field: ContactField) => ({
    name: field,
    value: draft.contact[field],
    error: errorOf(field),
    size: 'md',
    onChange: (event: { currentTarget: { value: string } }) => {
      dispatch({ type: 'contactEdited', field, value: event.currentTarget.value });
      setEdited(new Set(edited).add(field));
    },
  });
  const goOn = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    const [first] = Object.keys(faults);
    if (first) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    else dispatch({ type: 'stepOpened', step: 'review' });
  };
  return (
    <form id={CONTACT_FORM_ID} ref={form} onSubmit={goOn} noValidate>
      <Title order={2} tabIndex={-1} className={classes.heading}>
        {t('booking.contactTitle')}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {knownName ? t('booking.signedInAs', { name: knownName }) : t('booking.contactHint')}
      </Text>
      <Stack gap="md">
        <TextInput {...bind('name')} label={t('booking.field.name')} required autoComplete="name" />
        <TextInput {...bind('email')} label={t('booking.field.email')} required type="email" inputMode="email" autoComplete="email" />
        <TextInput
          {...bind('phone')}
          label={<Optional label={t('booking.field.phone')} />}
          description={t('booking.field.phoneHint')}
          type="tel"
          inputMode="tel"
          autoComplete="tel"
        />
        <Textarea
          {...bind('notes')}
          label={<Optional label={t('booking.field.notes')} />}
          placeholder={t('booking.field.notesPlaceholder')}
          rows={3}
        />
      </Stack>
    </form>
  );
}

function Optional({ label }: { label: string }) {
  const { t } = useTranslation('front');
  return (
    <>
      {label}{' '}
      <Text span inherit c="dimmed" fw={400}>
        ({t('booking.field.optional')})
      </Text>
    </>
  );
}

function useFaultWords(): (field: ContactField, fault: ContactFault) => string {
  const { t } = useTranslation('front');
  return (field, fault) => {
    if (fault === 'required') return t(field === 'name' ? 'booking.fieldFault.nameRequired' : 'booking.fieldFault.emailRequired');
    return t(`booking.fieldFault.${fault}`);
  };
}
