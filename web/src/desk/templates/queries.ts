/** The texts, one of them with its version, and what it looks like with data. */
import { queryOptions } from '@tanstack/react-query';
import { must, userApi, type Template, type TemplateLine } from '~/api';
import { mustTagged, type Tagged } from '../parts/tagged';
import type { Source } from './model';

export interface Place {
  type: string;
  channel: string;
  language?: string | undefined;
}

export function pathOf({ type, channel, language }: Place) {
  return { path: { type, channel }, query: language ? { language } : {} };
}

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }): Promise<TemplateLine[]> => (await must(userApi.GET('/api/templates', { signal }))).data,
});

export function templateQuery(place: Place) {
  return queryOptions({
    queryKey: ['template', place.type, place.channel, place.language ?? null],
    queryFn: ({ signal }) => mustTagged(userApi.GET('/api/templates/{type}/{channel}', { params: pathOf(place), signal })) as Promise<Tagged<Template>>,
    // Somebody is writing: what comes in between is asked for when it matters.
    refetchOnWindowFocus: false,
  });
}

export function previewQuery(place: Place, source: Source) {
  return queryOptions({
    queryKey: ['template-preview', place.type, place.channel, place.language ?? null, source],
    queryFn: async ({ signal }) => (await must(userApi.POST('/api/templates/{type}/{channel}/preview', { params: pathOf(place), body: source, signal }))).data,
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}
