/** What is being written: kept while the saved text changes elsewhere, and compared with it. */
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type Problem, type Template } from '~/api';
import { ifMatch, mustTagged, type Tagged } from '../parts/tagged';
import { insertVariable, isSame, toDraft, toSource, type Draft, type Part, type TextChannel } from './model';
import { pathOf, previewQuery, templateQuery, templatesQuery, type Place } from './queries';

const PREVIEW_MS = 350;

export function useEditor(place: Place, channel: TextChannel, saved: Tagged<Template>) {
  const { t } = useTranslation('setup');
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => toDraft(saved.value));
  const base = toDraft(saved.value);
  const isDirty = !isSame(draft, base);
  const { queryKey } = templateQuery(place);

  const [settled] = useDebouncedValue(draft, PREVIEW_MS);
  const preview = useQuery({ ...previewQuery(place, toSource(settled, channel)), placeholderData: keepPreviousData });

  const save = useMutation({
    mutationFn: () => mustTagged(userApi.PUT('/api/templates/{type}/{channel}', { params: pathOf(place), body: toSource(draft, channel), headers: ifMatch(saved.etag) })) as Promise<Tagged<Template>>,
    onSuccess: (next) => {
      client.setQueryData(queryKey, next);
      setDraft(toDraft(next.value));
      void client.invalidateQueries({ queryKey: templatesQuery.queryKey });
      notifications.show({ message: t('templates.saved') });
    },
    onError: (error) => {
      // The newest version is read; what was written here stays.
      if (toProblem(error).status === 412) void client.invalidateQueries({ queryKey });
    },
  });
  const reset = useMutation({
    mutationFn: () => must(userApi.DELETE('/api/templates/{type}/{channel}', { params: pathOf(place), headers: ifMatch(saved.etag) })),
    onSuccess: async ({ data }) => {
      setDraft(toDraft(data));
      save.reset();
      await Promise.all([client.invalidateQueries({ queryKey }), client.invalidateQueries({ queryKey: templatesQuery.queryKey })]);
      notifications.show({ message: t('templates.wasReset') });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('failed'), message: toProblem(error).detail }),
  });

  const showTheirs = () => {
    setDraft(base);
    save.reset();
  };
  const change = (part: Part, text: string) => setDraft((known) => ({ ...known, [part]: text }));
  const cursor = useCursor(channel === 'email' && draft.html ? 'html' : 'text', change);
  const refused = isSettled(draft, settled) ? problemOf(preview.error) : null;
  const saveProblem = problemOf(save.error);
  const isConflict = saveProblem?.status === 412;
  return {
    draft, change, isDirty, preview, save, reset, showTheirs, isConflict, cursor, insert: (name: string) => cursor.insert(draft, name),
    /** What is wrong with one part, as the server reads it while it is written. */
    errorOf: (part: Part) => wordsOf(refused, part) ?? (isConflict || !isDirty ? undefined : wordsOf(saveProblem, part)),
    /** What no part says. */
    words: saveProblem && !isConflict && saveProblem.errors.length === 0 ? saveProblem.detail : null,
    isUpdating: preview.isFetching || !isSettled(draft, settled),
  };
}

function isSettled(draft: Draft, settled: Draft): boolean {
  return isSame(draft, settled);
}

function problemOf(error: unknown): Problem | null {
  return error ? toProblem(error) : null;
}

/** As the server wrote it: many begin with a name, which must not be written large. */
function wordsOf(problem: Problem | null, part: Part): string | undefined {
  const raw = problem?.body['errors'];
  const found = Array.isArray(raw) ? (raw as { field?: string; code?: string; message?: string }[]).find(({ field }) => field === part) : undefined;
  return found?.code?.startsWith('UNKNOWN_') ? found.message : problem?.fieldMessage(part);
}

/** Where somebody wrote last: a name that is pressed goes there. */
function useCursor(first: Part, change: (part: Part, text: string) => void) {
  const fields = useRef<Partial<Record<Part, HTMLInputElement | HTMLTextAreaElement | null>>>({});
  const last = useRef<Part>(first);
  const wanted = useRef<{ part: Part; at: number } | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    const { part, at } = wanted.current;
    wanted.current = null;
    const field = fields.current[part];
    field?.focus();
    field?.setSelectionRange(at, at);
  });
  return {
    hold: (part: Part) => (field: HTMLInputElement | HTMLTextAreaElement | null) => {
      fields.current[part] = field;
    },
    enter: (part: Part) => () => {
      last.current = part;
    },
    insert: (draft: Draft, name: string) => {
      const part = fields.current[last.current] ? last.current : 'text';
      const field = fields.current[part];
      const text = draft[part];
      const { text: next, cursor } = insertVariable(text, name, field?.selectionStart ?? text.length, field?.selectionEnd ?? text.length);
      wanted.current = { part, at: cursor };
      change(part, next);
    },
  };
}
