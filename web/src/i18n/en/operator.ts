/** Words of the operator's console. */
export const operatorEn = {
  nav: { label: 'Operator', title: 'Operator', overview: 'Overview', tenants: 'Businesses', desk: 'To your desk', signOut: 'Sign out', skip: 'Skip to content' },
  closed: { title: 'This is for operators', text: 'You are signed in, but not as an operator of this Frontdesk.', back: 'To the start' },
  overview: { title: 'Overview', text: 'How this Frontdesk is doing.', tenants: 'Businesses', users: 'People at work', customers: 'Customers', sockets: 'Connected now', queue: 'Queue', waiting: 'Waiting', dead: 'Given up', queueGood: 'Nothing was given up.', queueBad_one: '{{count}} job was given up and waits for a look.', queueBad_other: '{{count}} jobs were given up and wait for a look.', database: 'Database', kind: { sqlite: 'SQLite', postgres: 'PostgreSQL', postgresql: 'PostgreSQL' }, size: 'Size', version: 'Version', uptime: 'Running for', days_one: '{{count}} day', days_other: '{{count}} days', hours: '{{count}} h', minutes: '{{count}} min', program: 'Program', refreshed: 'Read every {{count}} seconds', seeAll: 'See all businesses' },
  tenants: {
    title: 'Businesses', text: 'Every look into one is written down in its own audit log.', find: 'Find by name, address or owner', status: 'State', all: 'All', active: 'Active', suspended: 'Suspended', name: 'Business', owner: 'Owner', members: 'Team', customers: 'Customers', created: 'Since', lastActive: 'Last active', never: 'Not yet', emptyTitle: 'No business yet', emptyText: 'They appear here when they sign up.', noneTitle: 'No business fits', noneText: 'Try another word, or show all.', clear: 'Show all', total_one: '{{count}} business', total_other: '{{count}} businesses', more: 'Show more', noOwner: 'No owner',
  },
  tenant: {
    members_one: '{{count}} member', members_other: '{{count}} members', customers_one: '{{count}} customer', customers_other: '{{count}} customers', since: 'Since {{when}}', active: 'Last active {{when}}', page: 'Open its page', suspendedSince: 'Suspended {{when}}', reasonWas: 'Reason: {{reason}}',
    suspend: 'Suspend…', suspendTitle: 'Suspend {{name}}?', suspendText: 'Everybody who works there is signed out at once, its page closes, and nothing is sent for it. Its data stays. You can resume it at any time.', reason: 'Reason', reasonHint: 'They are told this, and it stands in their audit log.', reasonRequired: 'Please give a reason', suspendConfirm: 'Suspend it', suspended: '{{name}} is suspended', resume: 'Resume', resumed: '{{name}} works again',
    look: 'Look in, read only…', lookTitle: 'Look into {{name}}?', lookText: 'You see what its people see, for 30 minutes, and can change nothing. It is written into their audit log with your reason.', lookReasonHint: 'For instance the number of their support request', lookConfirm: 'Look in', cancel: 'Cancel', failed: 'That did not work', people: 'People', you: 'You', ownerOf: 'Owner',
  },
  person: {
    suspendOf: 'Suspend {{name}}', resumeOf: 'Resume {{name}}', since: 'suspended {{when}}', title: 'Close the account of {{name}}?', text: 'They are signed out everywhere, of every business they work in, and cannot sign in. What they did stays. You can open the account again at any time.', hint: 'It stands in the audit log of their businesses', confirm: 'Close the account', suspended: 'The account of {{name}} is closed', resumed: '{{name}} can sign in again',
  },
  banner: { text: 'You are looking as {{name}}. Read only.', end: 'End', left: '{{count}} min left', ended: 'The look has ended' },
} as const;
