/** The main story: somebody books, both sides talk about it, and nothing is lost on the way. */
import assert from 'node:assert/strict';
import { PASSWORD } from '../harness/api.js';
import { makePicture } from '../harness/picture.js';
import { tell } from '../harness/story.js';
import { attach, bubble, confirmBooking, openDesk, openPlace, openThread, tickOf, write } from './moves.js';

tell('booking', {
  'a customer books and writes, the owner confirms and answers, ticks turn to read, a picture goes across': async (story) => {
    const owner = await story.visitor('owner');
    const customer = await story.visitor('customer');

    await story.step('the owner signs up', async () => {
      await owner.open('/');
      await owner.see(owner.link('Create an account'));
      await owner.look('landing');
      await owner.link('Create an account').first().click();
      await owner.field('Business name').fill('Salon Amara');
      await owner.field('Your name').fill('Grace Wanjiru');
      await owner.field('E-mail').fill('grace@amara.example');
      await owner.field('Password', { exact: true }).fill(PASSWORD);
      await owner.look('sign-up');
      await owner.button('Create an account').click();
      await owner.see(owner.page.getByRole('region', { name: /Finish setting up/ }));
      await owner.look('overview-new');
    });

    await story.step('the owner sets up a service', async () => {
      await owner.link('Add a service').click();
      await owner.field('Name', { exact: true }).fill('Box braids, medium');
      await owner.field('Duration').fill('180');
      await owner.field('Price').fill('2500');
      await owner.field('Description').fill('Washed, parted and braided. Hair included.');
      await owner.look('new-service');
      await owner.button('Add the service').click();
      await owner.seeText('Box braids, medium');
      await owner.gone(owner.page.getByRole('dialog'));
      await owner.look('services');
    });

    const slug = await story.step('the owner opens the settings', async () => {
      await owner.open('/dashboard/settings?tab=storefront');
      const link = await owner.see(owner.page.getByRole('textbox', { name: 'Link' }));
      const found = /\/s\/([a-z0-9-]+)$/.exec(await link.inputValue());
      assert.ok(found);
      await owner.look('settings-storefront');
      await openDesk(owner, 'Appointments');
      return found[1];
    });

    await story.step('the customer looks at the storefront', async () => {
      await customer.open(`/s/${slug}`);
      await customer.see(customer.page.getByRole('heading', { name: 'Salon Amara' }));
      await customer.seeText('Box braids, medium');
      await customer.seeText('KES 2,500');
      await customer.look('storefront');
    });

    await story.step('the customer books in four steps as a guest', async () => {
      await customer.link('Book', { exact: true }).first().click();
      await customer.see(customer.page.getByRole('heading', { name: 'What would you like to book?' }));
      await customer.look('book-1-service');
      await customer.button(/Box braids, medium/).click();
      const time = await customer.see(customer.page.getByRole('group', { name: /^(Morning|Afternoon)$/ }).getByRole('button'));
      await time.click();
      await customer.look('book-2-time');
      await customer.button('Continue').click();
      await customer.field('Full name').fill('Njeri Kamau');
      await customer.field('E-mail').fill('njeri@example.test');
      await customer.field(/^Phone/).fill('0712 345 678');
      await customer.look('book-3-you');
      await customer.button('Continue').click();
      await customer.see(customer.page.getByRole('heading', { name: 'Check your booking' }));
      await customer.look('book-4-review');
      // Back is one step back, and what was typed is still there.
      await customer.page.goBack();
      await customer.see(customer.page.getByRole('heading', { name: 'Who is coming?' }));
      assert.equal(await customer.field('Full name').inputValue(), 'Njeri Kamau');
      await customer.page.goForward();
      await customer.see(customer.page.getByRole('heading', { name: 'Check your booking' }));
      await customer.button('Book this visit').click();
      await customer.see(customer.page.getByRole('heading', { name: 'Your request is in' }));
      await customer.look('booked');
    });

    await story.step('the owner sees the booking live', async () => {
      await owner.seeText(/Njeri Kamau/);
      await owner.look('appointments-pending');
    });

    await story.step('the customer opens the chat and writes', async () => {
      await customer.link('Chat with us').click();
      await write(customer, 'Hi, can I bring my own hair?');
      await customer.see(bubble(customer, 'Hi, can I bring my own hair?'));
      await customer.see(tickOf(customer, 'Hi, can I bring my own hair?', /^(Sent|Delivered)$/));
      await customer.look('chat-first');
    });

    await story.step('the owner confirms, and the customer sees it at once', async () => {
      await confirmBooking(owner);
      await customer.see(customer.page.getByText('Confirmed', { exact: true }));
    });

    await story.step('the owner sees the message and answers', async () => {
      await openDesk(owner, /^Messages/);
      await owner.see(owner.link(/Njeri Kamau/));
      await owner.see(owner.page.getByLabel('1 unread message').first());
      await owner.look('inbox');
      await openThread(owner, 'Njeri Kamau');
      await owner.see(bubble(owner, 'Hi, can I bring my own hair?'));
      await customer.see(tickOf(customer, 'Hi, can I bring my own hair?', 'Read'));
      const composer = owner.page.locator('[data-composer]');
      await composer.pressSequentially('Of course');
      await customer.seeText(/is typing…/);
      await composer.fill('');
      await write(owner, 'Of course! Four packs are enough.');
      await customer.see(bubble(customer, 'Of course! Four packs are enough.'));
      await owner.see(tickOf(owner, 'Of course! Four packs are enough.', 'Read'));
      await owner.look('thread');
      await customer.look('chat-read');
    });

    await story.step('a picture goes across with its thumbnail', async () => {
      await attach(customer, { name: 'inspiration.png', mimeType: 'image/png', buffer: makePicture() });
      await write(customer, 'Like this one, please.');
      for (const visitor of [customer, owner]) {
        const picture = await visitor.see(visitor.page.getByLabel('Open picture inspiration.png').locator('img'));
        await picture.evaluate((image) => image.decode());
        const { src, width } = await picture.evaluate((image) => ({ src: image.src, width: image.naturalWidth }));
        assert.match(src, /thumb=1/);
        assert.ok(width > 0 && width < 800, `a thumbnail is smaller than the picture, this is ${width} wide`);
        await visitor.look('picture');
      }
    });

    await story.step('the customer finds the visit in the account', async () => {
      await customer.open(`/client?business=${slug}`);
      await customer.seeText('Box braids, medium');
      await customer.look('account');
    });

    await story.step('the owner archives the conversation', async () => {
      if (owner.isPhone) {
        await owner.button('More actions').click();
        await owner.page.getByRole('menuitem', { name: 'Archive' }).click();
        await owner.button('Back to the list').click();
      } else {
        await owner.button('Archive', { exact: true }).click();
      }
      await owner.gone(owner.page.getByRole('list').getByRole('link', { name: /Njeri Kamau/ }));
      await openPlace(owner, 'Archived');
      await owner.see(owner.page.getByRole('list').getByRole('link', { name: /Njeri Kamau/ }));
      await owner.look('archived');
    });

    await story.step('the remaining screens of the desk', async () => {
      await owner.open('/dashboard/messages?tab=customers');
      await owner.seeText('njeri@example.test');
      await owner.look('customers');
      for (const tab of ['business', 'hours', 'account']) {
        await owner.open(`/dashboard/settings?tab=${tab}`);
        await owner.see(owner.page.getByRole('heading', { level: 1 }));
        await owner.page.waitForLoadState('networkidle');
        await owner.look(`settings-${tab}`);
      }
      await openDesk(owner, 'Overview');
      await owner.page.waitForLoadState('networkidle');
      await owner.look('overview');
    });
  },
});
