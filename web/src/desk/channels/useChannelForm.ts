/**
 * The form of one channel: filled from what is saved, kept while somebody types even when others change the settings, and
 * emptied of its secrets once they are saved.
 */
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type Channels, type ChannelsChange } from '~/api';
import { useChannelsChange } from './queries';

interface Options<Fields extends Record<string, unknown>> {
  channels: Channels;
  read: (channels: Channels) => Fields;
  /** What differs, as the server takes it. */
  write: (fields: Fields, channels: Channels) => ChannelsChange;
  /** From the server's names of fields to the form's. */
  names: Readonly<Record<string, keyof Fields & string>>;
}

/** Fills it with what is saved. What was typed counts as a change until that is said: new values alone do not take it back. */
function fillClean<Fields extends Record<string, unknown>>(form: UseFormReturnType<Fields>, saved: Fields): void {
  form.setValues(saved);
  form.resetDirty(saved);
}

export function useChannelForm<Fields extends Record<string, unknown>>({ channels, read, write, names }: Options<Fields>) {
  const { t } = useTranslation('setup');
  const form = useForm<Fields>({ initialValues: read(channels) });
  const save = useChannelsChange();
  const latest = useRef({ form, read });
  useEffect(() => {
    latest.current = { form, read };
  });
  useEffect(() => {
    const { form: present, read: fill } = latest.current;
    const next = fill(channels);
    const wasDirty = present.isDirty();
    present.setInitialValues(next);
    if (!wasDirty) fillClean(present, next);
  }, [channels]);

  const submit = form.onSubmit((fields) => {
    save.mutate(write(fields, channels), {
      onSuccess: ({ value }) => {
        const next = read(value);
        form.setInitialValues(next);
        fillClean(form, next);
        form.clearErrors();
        notifications.show({ message: t('saved') });
      },
      onError: (error) => {
        for (const { field, message } of toProblem(error).errors) {
          const name = names[field];
          if (name) form.setFieldError(name, message);
        }
      },
    });
  });
  const problem = save.error ? toProblem(save.error) : null;
  const isConflict = problem?.status === 412;
  /** What no field of the form says. */
  const words = !problem || isConflict ? null : problem.errors.length === 0 ? problem.detail : problem.errors.filter(({ field }) => !names[field]).map(({ message }) => message).join(' ') || null;
  return { form, submit, isSaving: save.isPending, isConflict, words, isDirty: form.isDirty(), discard: () => (form.reset(), save.reset()) };
}
