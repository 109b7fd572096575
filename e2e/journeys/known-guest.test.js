/** Somebody books who has an account already and is not signed in: an address that was typed proves nothing, so the way in goes there by mail. */
import assert from 'node:assert/strict';
import { openBusiness, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { findLink } from './moves.js';

/** The four steps, by a visitor who gives an address. */
async function bookAs(visitor, { slug, name, email }) {
  await visitor.open(`/s/${slug}/book`);
  await visitor.button(/Box braids/).click();
  await (await visitor.see(visitor.page.getByRole('group', { name: /^(Morning|Afternoon)$/ }).getByRole('button'))).click();
  await visitor.button('Continue').click();
  await visitor.field('Full name').fill(name);
  await visitor.field('E-mail').fill(email);
  await visitor.button('Continue').click();
  await visitor.button('Book this visit').click();
  await visitor.see(visitor.page.getByRole('heading', { name: 'Your request is in' }));
}

tell('known-guest', {
  'an address that is known books, is told of the mailed link, and comes in by it': async (story) => {
    const business = await openBusiness(story.server);
    const known = await registerCustomer(story.server, business);
    const { slug } = business.team;
    const guest = await story.visitor('guest');
    await story.step('the booking is made, and the page says where the way in is', async () => {
      await bookAs(guest, { slug, name: 'Njeri', email: known.email });
      const told = await guest.see(guest.page.getByRole('alert').filter({ hasText: 'Look into your inbox to sign in' }));
      assert.ok((await told.textContent()).includes(known.email));
      await guest.look('booked-known');
    });
    await story.step('a reload still says so, and nobody was signed in by typing an address', async () => {
      await guest.page.reload();
      await guest.seeText('Look into your inbox to sign in');
      await guest.link('Chat with us').click();
      await guest.see(guest.page.getByRole('heading', { name: 'Welcome' }));
      await guest.look('chat-asks');
    });
    await story.step('the mailed link leads to the visit', async () => {
      const mail = await story.server.mailAbout(known.email, /sign in|sign-in/i);
      await guest.page.goto(findLink(mail));
      await guest.see(guest.link(/Sign-in and security/));
      await guest.seeText('Box braids');
      await guest.seeText('Waiting for confirmation');
      await guest.look('account-by-link');
    });
  },

  'an address that is new is signed in at once and hears of no link': async (story) => {
    const business = await openBusiness(story.server);
    const guest = await story.visitor('guest');
    await story.step('the booking is made', async () => {
      await bookAs(guest, { slug: business.team.slug, name: 'Wairimu', email: 'wairimu@example.test' });
      assert.equal(await guest.page.getByText('Look into your inbox to sign in').count(), 0);
    });
    await story.step('the chat is open', async () => {
      await guest.link('Chat with us').click();
      await guest.see(guest.page.locator('[data-composer]'));
    });
  },
});
