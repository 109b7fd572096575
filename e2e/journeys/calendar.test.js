/** The day's work in calendar and list: a booking is confirmed, moved, rejected, started and done. */
import assert from 'node:assert/strict';
import { book, call, findFreeSlot, openBusiness, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { signIn } from './moves.js';

const ZONE = 'Africa/Nairobi';
const dayOf = (time) => new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(new Date(time));
const clockOf = (time) => new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' }).format(new Date(time));
const MINUTE_MS = 60_000;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const HOUR_MS = 2 * HALF_HOUR_MS;

async function readAppointment(server, business, id) {
  return (await call(server, 'GET', `/api/appointments/${id}`, { token: business.token })).data;
}

/** Does something and waits until the server has taken it: the page shows it before. */
async function carriedOut(visitor, move, act) {
  await Promise.all([visitor.page.waitForResponse((response) => response.url().endsWith(`/${move}`) && response.request().method() === 'PUT' && response.ok()), act()]);
}

/** A visit that begins within the hour, at a business that never closes. */
async function bookNow(server, business, customerName) {
  const { token } = business;
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, start: '00:00', end: '24:00' }));
  await call(server, 'PUT', `/api/providers/${business.user.id}/hours`, { token, body: { weekly } });
  const time = new Date(Math.ceil((Date.now() + MINUTE_MS) / HALF_HOUR_MS) * HALF_HOUR_MS).toISOString();
  const body = { customerName, customerEmail: 'beryl@example.test', serviceId: business.service.id, time };
  return (await call(server, 'POST', '/api/appointments', { token, body })).data;
}

function card(visitor, name) {
  return visitor.page.locator('button').filter({ hasText: name, has: visitor.page.locator('[data-status]') });
}

/** Takes a card by hand and lets it go over another time of the grid. */
async function dragTo(visitor, from, { dx = 0, dy = 0 }) {
  const box = await from.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + 12];
  const { mouse } = visitor.page;
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + dx / 2, y + dy / 2, { steps: 8 });
  await mouse.move(x + dx, y + dy, { steps: 8 });
  await mouse.up();
}

tell('calendar', {
  'a booking is confirmed, moved, and done; another is rejected with a reason': async (story) => {
    const { server } = story;
    const business = await openBusiness(server);
    const first = await registerCustomer(server, business, 'Njeri Kamau');
    const second = await registerCustomer(server, business, 'Achieng Otieno');
    const kept = await book(server, business, first);
    const lost = await book(server, business, second);
    const day = dayOf(kept.start);
    const owner = await signIn(story, { email: business.email }, `/dashboard/appointments?view=day&date=${day}`);
    const { page } = owner;
    const waiting = page.getByRole('region', { name: /waits? for your answer/ });

    await story.step('both wait on top', async () => {
      await owner.see(waiting.getByText('Box braids · Njeri Kamau'));
      await owner.see(waiting.getByText('Box braids · Achieng Otieno'));
      await owner.look('pending');
    });
    await story.step('one is confirmed by one tap', async () => {
      await carriedOut(owner, 'confirm', () => waiting.getByRole('listitem').filter({ hasText: 'Njeri Kamau' }).getByRole('button', { name: 'Confirm' }).click());
      await owner.gone(waiting.getByText('Box braids · Njeri Kamau'));
      assert.equal((await readAppointment(server, business, kept.id)).status, 'confirmed');
    });
    await story.step('the other is rejected after one question, with a reason', async () => {
      await waiting.getByRole('button', { name: 'Other' }).click();
      await page.getByRole('menuitem', { name: 'Reject' }).click();
      const question = page.getByRole('dialog', { name: 'Reject this booking?' });
      await question.getByLabel('Reason').fill('We are closed for a wedding');
      await owner.look('reject-asks');
      await carriedOut(owner, 'reject', () => question.getByRole('button', { name: 'Reject' }).click());
      await owner.gone(waiting);
      const { status, reason } = await readAppointment(server, business, lost.id);
      assert.deepEqual([status, reason], ['rejected', 'We are closed for a wedding']);
    });
    const moved = await story.step('the confirmed one is moved', async () => {
      const own = await owner.see(card(owner, 'Njeri Kamau'));
      if (owner.isPhone) {
        await own.click();
        const details = page.getByRole('dialog');
        await details.getByRole('button', { name: 'Change the time' }).click();
        const times = details.getByRole('radio');
        await owner.see(details.getByText(/Free time/));
        await times.first().waitFor({ state: 'attached' });
        await owner.look('reschedule');
        await details.locator('label').filter({ hasText: /^\d{1,2}:\d{2}$/ }).last().click();
        await details.getByRole('button', { name: 'Save the new time' }).click();
        await owner.gone(details.getByRole('button', { name: 'Save the new time' }));
        await page.keyboard.press('Escape');
      } else {
        // Three hours are as high as three hours of the grid.
        const { height } = await own.boundingBox();
        await dragTo(owner, own, { dy: height / 3 });
        // The way back is offered for a moment only; it is taken before anything else is looked at.
        await owner.button('Move it back').click();
        await owner.see(card(owner, 'Njeri Kamau').filter({ hasText: clockOf(kept.start) }));
        await owner.seeText(new RegExp(`^Moved to .*${clockOf(kept.start)}`));
        assert.equal((await readAppointment(server, business, kept.id)).start, kept.start);
        await dragTo(owner, own, { dy: height / 3 });
        await owner.see(card(owner, 'Njeri Kamau').filter({ hasText: clockOf(Date.parse(kept.start) + HOUR_MS) }));
        await owner.seeText(new RegExp(`^Moved to .*${clockOf(Date.parse(kept.start) + HOUR_MS)}`));
      }
      const after = await readAppointment(server, business, kept.id);
      assert.notEqual(after.start, kept.start);
      assert.equal(after.status, 'confirmed', 'moving keeps the status');
      assert.equal(Date.parse(after.end) - Date.parse(after.start), 3 * HOUR_MS, 'moving keeps the length');
      await owner.see(card(owner, 'Njeri Kamau').filter({ hasText: clockOf(after.start) }));
      await owner.look('moved');
      return after;
    });
    if (!owner.isPhone) {
      await story.step('the week has it in its day', async () => {
        await owner.open(`/dashboard/appointments?view=week&date=${day}`);
        await owner.see(card(owner, 'Njeri Kamau'));
        await owner.look('week');
      });
    } else {
      assert.ok(await findFreeSlot(server, business), `the old time is free again, ${clockOf(moved.start)} is taken`);
    }
    const details = page.getByRole('dialog');
    await story.step('before its day it cannot be started, nor done, nor missed', async () => {
      await owner.open('/dashboard/appointments?view=list');
      const row = owner.button(/Njeri Kamau/);
      await owner.see(row);
      await owner.look('list');
      await row.click();
      await owner.see(details.getByRole('button', { name: 'Change the time' }));
      for (const name of ['Start', 'Done', 'Did not come']) assert.equal(await details.getByRole('button', { name }).count(), 0, name);
      await owner.look('before-its-day');
    });
    await story.step('one that begins now is started and done', async () => {
      const next = await bookNow(server, business, 'Beryl Akinyi');
      await owner.open(`/dashboard/appointments?view=list&open=${next.id}`);
      await carriedOut(owner, 'start', () => details.getByRole('button', { name: 'Start' }).click());
      await carriedOut(owner, 'complete', () => details.getByRole('button', { name: 'Done' }).click());
      await owner.see(details.getByText('Done', { exact: true }));
      await owner.look('done');
      assert.equal((await readAppointment(server, business, next.id)).status, 'completed');
    });
    await story.step('the one that was rejected is among all, with its reason', async () => {
      await owner.open(`/dashboard/appointments?view=list&open=${lost.id}`);
      await owner.see(page.getByRole('dialog').getByText('We are closed for a wedding'));
    });
  },
  'somebody who calls is entered with a number alone, and what they said is noted': async (story) => {
    const { server } = story;
    const business = await openBusiness(server);
    const owner = await signIn(story, { email: business.email }, '/dashboard/appointments?view=list');
    const { page } = owner;
    const form = page.getByRole('dialog', { name: 'New appointment' });
    const submit = form.getByRole('button', { name: 'Enter the appointment' });

    await story.step('a name and a number are enough', async () => {
      await owner.button('New appointment').first().click();
      await form.locator('label').filter({ hasText: 'New customer' }).click();
      await form.getByLabel('Name', { exact: true }).fill('Grace Wanjiku');
      await form.getByRole('combobox', { name: 'Service' }).or(form.getByLabel('Service')).first().click();
      await page.getByRole('option', { name: /Box braids/ }).click();
      const times = form.locator('label').filter({ hasText: /^\d{1,2}:\d{2}$/ });
      const nextDay = form.getByRole('button', { name: /^Next free/ });
      await owner.see(times.first().or(nextDay));
      if (await nextDay.isVisible()) await nextDay.click();
      await times.last().click();
      assert.ok(await submit.isDisabled(), 'nobody could reach her');
      await form.getByLabel('Phone').fill('0712 345678');
      await owner.look('caller');
      await submit.click();
      await owner.gone(form);
    });
    const [entered] = (await call(server, 'GET', '/api/appointments', { token: business.token })).data;
    assert.deepEqual([entered.customer.phone, entered.customer.email, entered.status], ['+254712345678', null, 'confirmed']);
    await story.step('what she said is noted beside it', async () => {
      await owner.open(`/dashboard/appointments?view=list&open=${entered.id}`);
      const details = page.getByRole('dialog');
      await details.getByRole('button', { name: 'Add a note' }).click();
      await details.getByRole('textbox', { name: 'Notes' }).fill('Allergic to nuts');
      await details.getByRole('button', { name: 'Save the notes' }).click();
      await owner.see(details.getByText('Allergic to nuts'));
      await owner.look('noted');
      assert.equal((await readAppointment(server, business, entered.id)).notes, 'Allergic to nuts');
    });
  },
});
