/** What a key may do, and by which name the catalogue has the words for it: a colon there would end a namespace. */
import type { ApiKeyScope } from '~/api';

export const SCOPES = [
  { value: 'events:write', words: 'events_write' },
  { value: 'events:read', words: 'events_read' },
  { value: 'whatsapp:manage', words: 'whatsapp_manage' },
] as const satisfies readonly { value: ApiKeyScope; words: string }[];
