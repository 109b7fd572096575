/** Words of the notice centre and of what somebody wants to hear by which way. */
export const noticesEn = {
  centre: {
    title: 'Notices', all: 'All', unread: 'Unread', filter: 'Show', category: 'About', anyCategory: 'Anything', readAll: 'Mark all as read', preferences: 'What I hear of', emptyTitle: 'Nothing to tell you', emptyText: 'New bookings, payments, and things that need a look appear here at once.', noneTitle: 'Nothing fits', noneText: 'No notice of this kind is here.', allRead: 'Everything is read', allReadText: 'New notices appear here at once.', showAll: 'Show all', new_one: '{{count}} new notice', new_other: '{{count}} new notices', markRead: 'Mark as read: {{title}}', remove: 'Remove: {{title}}', removed: 'Removed', undo: 'Undo', unreadMark: 'not read', open: 'Open all notices', failed: 'That did not work', list: 'Your notices', readAllDone: 'All marked as read',
  },
  category: { orders: 'Orders', payments: 'Payments', appointments: 'Appointments', messages: 'Messages', calls: 'Calls', campaigns: 'Campaigns', team: 'Team', security: 'Security' },
  categoryText: { orders: 'New orders and what becomes of them', payments: 'Money received, failed or given back', appointments: 'Requests, changes, reminders', messages: 'Somebody writes and waits', calls: 'Missed calls and voice mail', campaigns: 'Sendings that began or ended', team: 'Who joined, left or changed roles', security: 'Sign-ins from new devices, password changes' },
  ways: { inapp: 'Here', email: 'E-mail', sms: 'Text message', push: 'Push', whatsapp: 'WhatsApp' },
  preferences: {
    title: 'Your notices', text: 'What you hear of, by which way, and when not.', matrix: 'What reaches you, and how', by: '{{category}}: {{way}}',
    quiet: 'Quiet hours', quietText: 'Nothing rings or buzzes then. It waits here, and goes out afterwards.', quietOn: 'Keep quiet', from: 'From', to: 'Until', overnight: 'Over midnight', sameTime: 'From and until are the same',
    zone: 'Time zone', language: 'Language', languageHint: 'Of mails and messages to you', digest: 'Daily digest', digestText: 'One mail a day with what you have not read. Nothing to read, no mail.', digestOn: 'Send me a digest', digestAt: 'At', languages: { en: 'English', sw: 'Kiswahili', fr: 'Français', ar: 'العربية', de: 'Deutsch', es: 'Español', pt: 'Português', hi: 'हिन्दी' },
    save: 'Save changes', saved: 'Saved', discard: 'Discard', unsaved: 'Not saved yet', conflict: 'This was changed elsewhere meanwhile. That version is shown now; please make your change again.', when: 'When', failed: 'That did not work',
  },
  push: {
    title: 'Push on this device', text: 'A notice on the screen, also when Frontdesk is closed.', on: 'Switch push on here', off: 'Switch off here', isOn: 'Push is on here', isOff: 'Push is off here', denied: 'This browser was told to block notices from here', deniedText: 'Allow notices for this site in the browser’s own settings (the sign beside the address), then come back.', unsupported: 'This browser cannot show push notices', unsupportedText: 'On an iPhone, add Frontdesk to the home screen first. Everything else reaches you as before.', asking: 'Your browser asks you now…', test: 'Send a test', testSent: 'A test is on its way', devices: 'Your devices with push', thisDevice: 'This device', used: 'Last used {{when}}', never: 'Not used yet', added: 'Added {{when}}', remove: 'Remove', removeOf: 'Remove {{name}}', removedDevice: '{{name}} gets no push any more', none: 'No device yet', failed: 'Push could not be switched on', unnamed: 'A device',
  },
} as const;
