/** The places of the settings area: the person's own first, then the business, its people, and what it is connected to. */
import { IconAntenna, IconBell, IconBrowser, IconClock, IconCode, IconHistory, IconKey, IconMessageReply, IconShieldCheck, IconShieldLock, IconTemplate, IconUser, IconUsers, IconWebhook, IconBuildingStore } from '@tabler/icons-react';
import type { SettingsTab } from '../routes';
import type { Rights } from '../queries';

type Need = 'anybody' | 'mayManage' | 'mayAdminister';

const tab = (name: SettingsTab) => ({ to: '/dashboard/settings' as const, search: { tab: name } });

/** Where a link leads, and who may go there. A place that others would find closed is not shown to them. */
export const PLACES = [
  { group: 'you', name: 'account', icon: IconUser, link: tab('account'), needs: 'anybody' },
  { group: 'you', name: 'security', icon: IconShieldCheck, link: { to: '/dashboard/security' as const }, needs: 'anybody' },
  { group: 'you', name: 'preferences', icon: IconBell, link: { to: '/dashboard/preferences' as const }, needs: 'anybody' },
  { group: 'business', name: 'profile', icon: IconBuildingStore, link: tab('business'), needs: 'mayManage' },
  { group: 'business', name: 'hours', icon: IconClock, link: tab('hours'), needs: 'mayManage' },
  { group: 'business', name: 'storefront', icon: IconBrowser, link: tab('storefront'), needs: 'anybody' },
  { group: 'business', name: 'reach', icon: IconMessageReply, link: tab('reach'), needs: 'mayManage' },
  { group: 'people', name: 'team', icon: IconUsers, link: { to: '/dashboard/team' as const }, needs: 'mayManage' },
  { group: 'people', name: 'policy', icon: IconShieldLock, link: tab('policy'), needs: 'mayAdminister' },
  { group: 'people', name: 'audit', icon: IconHistory, link: { to: '/dashboard/audit' as const }, needs: 'mayAdminister' },
  { group: 'connections', name: 'channels', icon: IconAntenna, link: { to: '/dashboard/channels' as const }, needs: 'mayManage' },
  { group: 'connections', name: 'templates', icon: IconTemplate, link: { to: '/dashboard/templates' as const }, needs: 'mayManage' },
  { group: 'connections', name: 'webhooks', icon: IconWebhook, link: { to: '/dashboard/webhooks' as const }, needs: 'mayManage' },
  { group: 'connections', name: 'keys', icon: IconKey, link: { to: '/dashboard/keys' as const }, needs: 'mayAdminister' },
  { group: 'connections', name: 'developers', icon: IconCode, link: { to: '/dashboard/developers' as const }, needs: 'mayManage' },
] as const satisfies readonly { group: string; name: string; icon: typeof IconShieldCheck; link: object; needs: Need }[];

export type Place = (typeof PLACES)[number];
export const GROUPS = ['you', 'business', 'people', 'connections'] as const;

export function mayEnter(rights: Rights, needs: Need): boolean {
  return needs === 'anybody' || rights[needs];
}
