/** The REST side, for what a test needs before its story begins: a business, its service, a customer, a booking. */
import { randomUUID } from 'node:crypto';

/** One call; an answer outside 2xx is an error that shows the whole problem. */
export async function call(server, method, path, { token, body, headers = {} } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  return { ...answer, status: response.status };
}

export const PASSWORD = 'correct horse battery staple';

/** A business in Nairobi with one service; open as every new business is. */
export async function openBusiness(server, name = 'Salon Amara') {
  const email = `owner-${randomUUID()}@example.test`;
  const registered = await call(server, 'POST', '/api/auth/register', {
    body: { email, password: PASSWORD, name: 'Grace Wanjiru', businessName: name, timezone: 'Africa/Nairobi', currency: 'KES', country: 'KE' },
  });
  const { accessToken: token, team, user } = registered.data;
  const service = await call(server, 'POST', '/api/services', { token, body: { name: 'Box braids', duration: 180, price: 2500 } });
  return { token, email, user, team, service: service.data };
}

export async function registerCustomer(server, business, name = 'Njeri Kamau') {
  const email = `customer-${randomUUID()}@example.test`;
  const registered = await call(server, 'POST', '/api/customers/auth/register', {
    body: { inviteCode: business.team.inviteCode, email, password: PASSWORD, name, phone: '+254712345678' },
  });
  return { token: registered.data.accessToken, email, ...registered.data.customer };
}

/** The first free time that is far enough away to be bookable whatever the clock says. */
export async function findFreeSlot(server, business) {
  const query = new URLSearchParams({ inviteCode: business.team.inviteCode, service: business.service.id, date: dayFromNow(2) });
  const found = await call(server, 'GET', `/api/public/availability?${query}`);
  return found.slots[0]?.start ?? found.nextFree;
}

export async function book(server, business, customer) {
  const time = await findFreeSlot(server, business);
  const booked = await call(server, 'POST', '/api/public/appointments', {
    token: customer.token,
    body: { inviteCode: business.team.inviteCode, customerName: customer.name, customerEmail: customer.email, service: business.service.id, time },
  });
  return booked.appointment;
}

/** The one direct conversation of a customer. */
export async function openConversation(server, customer) {
  const { conversation } = await call(server, 'POST', '/api/messages/conversations', { token: customer.token, body: {} });
  return conversation;
}

function dayFromNow(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
