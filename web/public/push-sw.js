/* The part of the service worker that shows notices when the app is closed. Runs beside the generated `sw.js`, which imports it. */
'use strict';

/** What the server sends: `{title, body, url, tag, category, badge}`; anything else is shown as a plain word. */
function readNotice(event) {
  try {
    return event.data.json();
  } catch {
    return { title: 'Frontdesk', body: event.data ? event.data.text() : '' };
  }
}

/** Only addresses of the app itself are opened, whatever a message says. */
function ownAddress(url) {
  const address = new URL(url || '/', self.location.origin);
  return address.origin === self.location.origin ? address.href : self.location.origin;
}

async function show(notice) {
  if ('setAppBadge' in self.navigator && Number.isInteger(notice.badge)) {
    await self.navigator.setAppBadge(notice.badge).catch(() => undefined);
  }
  await self.registration.showNotification(notice.title || 'Frontdesk', {
    body: notice.body || '',
    tag: notice.tag,
    renotify: Boolean(notice.tag),
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    data: { url: ownAddress(notice.url) },
  });
}

/** An open window of the app is used, so that nobody ends up with a dozen tabs. */
async function open(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = windows.find((client) => client.url === url) || windows.find((client) => 'navigate' in client);
  if (!there) return self.clients.openWindow(url);
  await there.focus();
  if (there.url !== url) await there.navigate(url).catch(() => self.clients.openWindow(url));
}

self.addEventListener('push', (event) => event.waitUntil(show(readNotice(event))));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url || self.location.origin));
});
