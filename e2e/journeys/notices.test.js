/** What people are told: the list of it, how much waits, and what they want to hear of, by which way and when not. */
import assert from 'node:assert/strict';
import { book, call, openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { setTick, signIn, signInAsCustomer } from './moves.js';

const CONFLICT = 'This was changed elsewhere meanwhile. That version is shown now; please make your change again.';

function lines(visitor, name) {
  return visitor.page.getByRole('list', { name });
}

/** A box of the table; on a phone a chip of the kind's card. */
function boxOf(visitor, label) {
  return visitor.page.getByRole('checkbox', { name: label, exact: true });
}

/** Sets one of a form's clock times by its two fields. */
async function setClock(visitor, label, hours, minutes) {
  const fields = visitor.page.getByRole('group', { name: label }).or(visitor.page.getByLabel(label)).getByRole('spinbutton');
  const both = (await fields.count()) > 0 ? fields : visitor.page.getByRole('spinbutton', { name: label });
  await both.nth(0).fill(hours);
  await both.nth(1).fill(minutes);
}

async function save(visitor) {
  await visitor.button('Save changes').click();
  await visitor.see(visitor.page.getByRole('status').filter({ hasText: 'Saved' }));
}

tell('notices', {
  'the business hears at once, reads, sorts and removes': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/notices');
    const { page } = owner;
    await story.step('what was told so far is read and removed, and the page says what it is for', async () => {
      await owner.see(page.getByRole('heading', { name: 'Notices', level: 1 }));
      const removals = owner.button(/^Remove: /);
      await owner.see(removals);
      for (let left = await removals.count(); left > 0; left -= 1) {
        await removals.first().click();
        await owner.gone(removals.nth(left - 1));
      }
      await owner.seeText('Nothing to tell you');
      await owner.look('empty');
    });
    const customer = await registerCustomer(story.server, business);
    await story.step('a customer books, and two lines come by themselves', async () => {
      await book(story.server, business, customer);
      await owner.see(owner.button('Unread (2)'));
      await owner.see(page.getByRole('button', { name: /Njeri Kamau/ }));
      await owner.look('live');
    });
    await story.step('one is marked as read', async () => {
      await owner.button(/^Mark as read: /).first().click();
      await owner.see(owner.button('Unread (1)'));
      await owner.button('Unread (1)').click();
      await owner.see(page.locator('[data-unread]'));
      assert.equal(await page.locator('[data-row]').count(), 1);
      await owner.look('unread');
    });
    await story.step('all are marked as read', async () => {
      await owner.button('Mark all as read').click();
      await owner.see(page.getByRole('button', { name: 'Unread', exact: true }));
      await owner.button('All', { exact: true }).click();
    });
    await story.step('they are sorted by what they are about', async () => {
      await page.getByRole('combobox', { name: 'About' }).or(page.getByRole('textbox', { name: 'About' })).click();
      await page.getByRole('option', { name: 'Payments' }).click();
      await owner.seeText('No notice of this kind is here.');
      await owner.look('no-payments');
      await owner.button('Show all').click();
      await owner.see(page.getByRole('button', { name: /Njeri Kamau/ }));
    });
    await story.step('a removed one is taken back', async () => {
      const removals = owner.button(/^Remove: /);
      const count = await removals.count();
      await removals.first().click();
      await owner.gone(removals.nth(count - 1));
      // The words about those removed before may still be there.
      await owner.button('Undo').last().click();
      await owner.see(removals.nth(count - 1));
    });
    await story.step('pressing one leads to what it is about', async () => {
      await page.getByRole('button', { name: /Njeri Kamau.*Box braids|Box braids.*Njeri Kamau/s }).first().click();
      await owner.see(page.getByRole('dialog'));
    });
  },

  'a member chooses what comes by which way, and when it is quiet': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/preferences');
    const { page } = owner;
    await story.step('the table is there, and what keeps the account safe cannot be turned off', async () => {
      await boxOf(owner, 'Appointments: E-mail').waitFor({ state: 'attached' });
      assert.ok(await boxOf(owner, 'Security: E-mail').isDisabled());
      await owner.look('preferences');
    });
    await story.step('some are switched, and quiet hours set', async () => {
      await setTick(owner, boxOf(owner, 'Appointments: E-mail'), false);
      await setTick(owner, boxOf(owner, 'Payments: Text message'), true);
      await setTick(owner, page.getByRole('switch', { name: /^Keep quiet/ }), true);
      await setClock(owner, 'From', '21', '30');
      await setClock(owner, 'Until', '06', '45');
      await owner.seeText('Over midnight');
      await setTick(owner, page.getByRole('switch', { name: /^Send me a digest/ }), true);
      await owner.seeText('Not saved yet');
      await owner.look('changed');
      await save(owner);
    });
    await story.step('they are still so after a reload', async () => {
      await page.reload();
      await boxOf(owner, 'Appointments: E-mail').waitFor({ state: 'attached' });
      assert.equal(await boxOf(owner, 'Appointments: E-mail').isChecked(), false);
      assert.equal(await boxOf(owner, 'Payments: Text message').isChecked(), true);
      const { data } = await call(story.server, 'GET', '/api/notifications/preferences', { token: business.token });
      assert.deepEqual(data.quietHours, { enabled: true, from: '21:30', to: '06:45' });
      assert.equal(data.digest.enabled, true);
    });
    await story.step('a change made elsewhere meanwhile is not overwritten', async () => {
      const { data } = await call(story.server, 'GET', '/api/notifications/preferences', { token: business.token });
      await call(story.server, 'PUT', '/api/notifications/preferences', { token: business.token, body: { ...data, digest: { ...data.digest, enabled: false } } });
      await setTick(owner, boxOf(owner, 'Orders: Push'), !(await boxOf(owner, 'Orders: Push').isChecked()));
      await owner.withoutNetwork(async () => {
        await owner.button('Save changes').click();
        await owner.seeText(CONFLICT);
      });
      await owner.look('conflict');
      assert.equal(await page.getByRole('switch', { name: /^Send me a digest/ }).isChecked(), false);
    });
  },

  'a customer reads what reached them and chooses what does': async (story) => {
    const business = await openBusiness(story.server);
    const registered = await registerCustomer(story.server, business);
    const { id } = await book(story.server, business, registered);
    const customer = await signInAsCustomer(story, business, registered.email, PASSWORD);
    const { page } = customer;
    const told = lines(customer, 'What reached you');
    await story.step('the account leads to the notices', async () => {
      await customer.see(customer.link(/^Your notices/));
      await customer.look('account');
      await customer.link(/^Your notices/).click();
      await customer.see(page.getByRole('heading', { name: 'What reached you' }));
    });
    await story.step('the confirmation arrives while the page is open', async () => {
      await call(story.server, 'PUT', `/api/appointments/${id}/confirm`, { token: business.token, body: {} });
      await customer.see(told.getByRole('button', { name: /confirmed/i }));
      await customer.look('told');
    });
    await story.step('all is read, and one line removed', async () => {
      await customer.button('Mark all as read').click();
      await customer.gone(page.locator('[data-unread]'));
      const removals = customer.button(/^Remove: /);
      const count = await removals.count();
      await removals.first().click();
      await customer.gone(removals.nth(count - 1));
    });
    await story.step('news is turned off, and the nights are quiet', async () => {
      assert.equal(await boxOf(customer, 'Team: E-mail').count(), 0);
      await setTick(customer, boxOf(customer, 'Campaigns: E-mail'), false);
      await setTick(customer, page.getByRole('switch', { name: /^Keep quiet/ }), true);
      await customer.look('changed');
      await save(customer);
      await page.reload();
      await boxOf(customer, 'Campaigns: E-mail').waitFor({ state: 'attached' });
      assert.equal(await boxOf(customer, 'Campaigns: E-mail').isChecked(), false);
      assert.equal(await page.getByRole('switch', { name: /^Keep quiet/ }).isChecked(), true);
      await customer.look('saved');
    });
  },
});
