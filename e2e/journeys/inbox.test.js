/** The inbox as work: whose it is, how urgent, what it is about, and what is out of the way. */
import assert from 'node:assert/strict';
import { call, openBusiness, openConversation, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { openPlace, openThread, signIn } from './moves.js';

const PEOPLE = [['Cyrus Mutua', 'I am ten minutes late'], ['Beryl Akinyi', 'Thank you, lovely work'], ['Amina Hassan', 'Do you sell shea butter?']];

function row(visitor, name) {
  return visitor.page.getByRole('list').getByRole('link', { name: new RegExp(name) });
}

/** The customer's pane stands beside the thread on a wide screen and comes over it on a narrow one. */
async function openDetails(visitor) {
  const beside = visitor.page.getByRole('complementary', { name: 'Customer details' });
  if (await beside.isVisible()) return beside;
  await visitor.button('More actions').click();
  await visitor.page.getByRole('menuitem', { name: 'Customer details' }).click();
  return visitor.see(visitor.page.getByRole('dialog', { name: 'Customer details' }));
}

async function backToList(visitor) {
  if (visitor.isPhone) await visitor.button('Back to the list').click();
}

async function filterBy(visitor, name) {
  await visitor.page.getByRole('radiogroup', { name: 'Filters' }).getByText(new RegExp(`^${name}`)).click();
}

async function pick(visitor, button, item) {
  await visitor.button(button).click();
  await visitor.page.getByRole('menuitem', { name: item }).click();
}

tell('inbox', {
  'conversations are assigned, marked, filtered, archived and blocked, and a second pair of eyes sees it live': async (story) => {
    const { server } = story;
    const business = await openBusiness(server);
    for (const [name, words] of PEOPLE) {
      const customer = await registerCustomer(server, business, name);
      const { id } = await openConversation(server, customer);
      await call(server, 'POST', '/api/messages/send', { token: customer.token, body: { conversationId: id, content: words } });
    }
    const owner = await signIn(story, { email: business.email }, '/dashboard/messages');
    const other = await signIn(story, { name: 'laptop', email: business.email }, '/dashboard/messages');
    const { page } = owner;

    await story.step('everybody who wrote is there, and unread', async () => {
      for (const [name] of PEOPLE) await owner.see(row(owner, name));
      await filterBy(owner, 'Unread');
      await owner.see(row(owner, 'Cyrus Mutua'));
      await filterBy(owner, 'Mine');
      await owner.seeText('Nothing here');
      await owner.look('none-mine');
      await owner.button('Show all').click();
    });
    await story.step('one is read: the unread ones are fewer', async () => {
      await openThread(owner, 'Amina Hassan');
      await owner.seeText('Do you sell shea butter?');
      await other.gone(row(other, 'Amina Hassan').getByLabel('1 unread message'));
      await backToList(owner);
      await filterBy(owner, 'All');
      await filterBy(owner, 'Unread');
      await owner.see(row(owner, 'Beryl Akinyi'));
      // The open one stays in the list while it is open, so that nothing moves under the finger.
      if (owner.isPhone) assert.equal(await row(owner, 'Amina Hassan').count(), 0);
      await filterBy(owner, 'All');
    });
    await story.step('it gets a tag and a priority, which the other screen shows', async () => {
      await openThread(owner, 'Amina Hassan');
      await pick(owner, 'More actions', 'Urgent');
      const details = await openDetails(owner);
      await details.getByRole('button', { name: 'Add a tag' }).click();
      await page.getByRole('textbox', { name: 'New tag' }).fill('VIP');
      await page.keyboard.press('Enter');
      await owner.see(details.getByText('VIP'));
      await other.see(row(other, 'Amina Hassan').getByText('VIP'));
      await other.see(row(other, 'Amina Hassan').getByText('Urgent'));
      await owner.look('tagged');
      if (owner.isPhone) await page.keyboard.press('Escape');
    });
    await story.step('the tag is taken off again', async () => {
      const details = await openDetails(owner);
      await details.getByRole('button', { name: 'Remove the tag VIP' }).click();
      await other.gone(row(other, 'Amina Hassan').getByText('VIP'));
      if (owner.isPhone) await page.keyboard.press('Escape');
    });
    await story.step('it is taken by somebody, and is among theirs', async () => {
      if (owner.isPhone) {
        await pick(owner, 'More actions', /Grace Wanjiru/);
      } else {
        await pick(owner, 'Assign', /Grace Wanjiru/);
        await owner.see(owner.button(/Grace Wanjiru/));
      }
      await filterBy(other, 'Mine');
      await other.see(row(other, 'Amina Hassan'));
      assert.equal(await row(other, 'Beryl Akinyi').count(), 0);
      await other.look('mine');
    });
    await story.step('it is archived and taken back', async () => {
      await (owner.isPhone ? pick(owner, 'More actions', 'Archive') : owner.button('Archive', { exact: true }).click());
      await other.gone(row(other, 'Amina Hassan'));
      await owner.button('Back to the inbox').last().click();
      await other.see(row(other, 'Amina Hassan'));
    });
    await story.step('somebody is blocked after one question, and found among the blocked', async () => {
      await backToList(owner);
      await openThread(owner, 'Cyrus Mutua');
      await pick(owner, 'More actions', 'Block customer');
      await owner.look('block-asks');
      await page.getByRole('dialog').getByRole('button', { name: 'Block customer' }).click();
      await owner.seeText(/You blocked this customer/);
      await backToList(owner);
      await openPlace(owner, 'Blocked');
      await owner.see(row(owner, 'Cyrus Mutua'));
      assert.equal(await row(owner, 'Beryl Akinyi').count(), 0);
      await owner.look('blocked');
    });
  },
});
