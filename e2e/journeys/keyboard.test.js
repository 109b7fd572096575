/** The desk without a mouse, and the way back in by a mailed link. */
import assert from 'node:assert/strict';
import { call, openBusiness, openConversation, PASSWORD, registerCustomer } from '../harness/api.js';
import { DESKTOP } from '../harness/browser.js';
import { makePicture } from '../harness/picture.js';
import { tell } from '../harness/story.js';
import { bubble, openPlace } from './moves.js';

tell('keyboard', {
  'search, move, reply, archive and jump by keys alone': async (story) => {
    const business = await openBusiness(story.server);
    // The last one to write stands first.
    for (const [name, words] of [['Cyrus Mutua', 'I am ten minutes late'], ['Beryl Akinyi', 'Thank you, lovely work'], ['Amina Hassan', 'Do you sell shea butter?']]) {
      const customer = await registerCustomer(story.server, business, name);
      const { id } = await openConversation(story.server, customer);
      await call(story.server, 'POST', '/api/messages/send', { token: customer.token, body: { conversationId: id, content: words } });
    }
    const owner = await story.visitor('owner');
    const { page } = owner;
    const heading = (name) => owner.see(page.getByRole('heading', { name, level: 2 }));

    await story.step('the owner signs in by keys', async () => {
      await owner.open('/sign-in?next=/dashboard/messages');
      await owner.see(page.locator('input[type=email]:focus'));
      await page.keyboard.type(business.email);
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await owner.see(owner.link(/Amina Hassan/));
    });
    await story.step('j and k move through the list', async () => {
      await page.keyboard.press('j');
      await heading('Amina Hassan');
      await page.keyboard.press('j');
      await heading('Beryl Akinyi');
      await page.keyboard.press('k');
      await heading('Amina Hassan');
      await owner.see(bubble(owner, 'Do you sell shea butter?'));
    });
    await story.step('r replies, Enter sends', async () => {
      await page.keyboard.press('r');
      await owner.see(page.locator('[data-composer]:focus'));
      await page.keyboard.type('Yes, we do: KES 450.');
      await page.keyboard.press('Enter');
      await owner.see(bubble(owner, 'Yes, we do: KES 450.'));
      await owner.look('replied');
    });
    await story.step('a pasted picture is taken once', async () => {
      const bytes = makePicture(40, 30).toString('base64');
      await page.locator('[data-composer]').evaluate((field, encoded) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))], 'colour.png', { type: 'image/png' }));
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, bytes);
      const remove = owner.button('Remove colour.png');
      await owner.see(remove);
      assert.equal(await remove.count(), 1);
      await remove.click();
      await owner.gone(remove);
    });
    await story.step('the palette opens over what is being written', async () => {
      await page.locator('[data-composer]').focus();
      await page.keyboard.press('Control+k');
      await owner.see(page.getByPlaceholder(/Go to/));
      await page.keyboard.press('Escape');
      await owner.gone(page.getByPlaceholder(/Go to/));
    });
    await story.step('/ searches in names and words', async () => {
      await page.locator('[data-composer]').blur();
      await page.keyboard.press('/');
      await owner.see(page.locator('input[type=search]:focus'));
      await page.keyboard.type('late');
      await owner.see(page.locator('mark', { hasText: 'late' }));
      await owner.look('search');
      await page.keyboard.press('Escape');
      await owner.see(owner.link(/Beryl Akinyi/));
    });
    await story.step('e archives', async () => {
      await page.keyboard.press('e');
      await owner.gone(page.getByRole('list').getByRole('link', { name: /Amina Hassan/ }));
    });
    await story.step('a blocked conversation is found among the blocked ones, and let back in', async () => {
      await owner.link(/Beryl Akinyi/).click();
      await heading('Beryl Akinyi');
      await owner.button('More actions').click();
      await page.getByRole('menuitem', { name: 'Block customer' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Block customer' }).click();
      await owner.gone(page.getByRole('list').getByRole('link', { name: /Beryl Akinyi/ }));
      await openPlace(owner, 'Blocked');
      await owner.see(page.getByRole('list').getByRole('link', { name: /Beryl Akinyi/ }));
      await owner.look('blocked');
      await owner.button('More actions').click();
      await page.getByRole('menuitem', { name: 'Unblock customer' }).click();
      await owner.seeText('Nothing here');
      await owner.button('Show all').click();
      await owner.see(page.getByRole('list').getByRole('link', { name: /Beryl Akinyi/ }));
    });
    await story.step('a day opens by its label', async () => {
      await owner.open('/dashboard/appointments?view=week&date=2027-05-12');
      await page.getByRole('button', { name: 'Open the day 2027-05-13' }).click();
      await owner.seeText('Thu 13 May');
      assert.match(page.url(), /view=day&date=2027-05-13/);
    });
    await story.step('the palette jumps', async () => {
      await page.keyboard.press('Control+k');
      const search = await owner.see(page.getByPlaceholder(/Go to/));
      await search.fill('calendar');
      await search.fill('Appointments');
      await owner.look('palette');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await owner.see(page.getByRole('heading', { name: 'Appointments', level: 1 }));
    });
    await story.step('the first stop of Tab skips the navigation', async () => {
      await page.reload();
      await owner.see(page.getByRole('heading', { name: 'Appointments', level: 1 }));
      await page.keyboard.press('Tab');
      await owner.see(page.locator('a:focus', { hasText: 'Skip to content' }));
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    });
  },
}, [DESKTOP]);

tell('sign-in', {
  'it leads to pages of the desk and nowhere else': async (story) => {
    const business = await openBusiness(story.server);
    const ways = [
      ['/dashboard/appointments?view=day&date=2027-05-12', 'Appointments', '/dashboard/appointments?view=day&date=2027-05-12'],
      ['//evil.example', /,/, '/dashboard'],
      ['https://evil.example/', /,/, '/dashboard'],
      ['/nowhere', /,/, '/dashboard'],
    ];
    for (const [next, heading, place] of ways) {
      await story.step(`with ${next}`, async () => {
        const owner = await story.visitor('owner');
        await owner.open(`/sign-in?next=${encodeURIComponent(next)}`);
        await owner.field('E-mail').fill(business.email);
        await owner.field('Password', { exact: true }).fill(PASSWORD);
        await owner.button('Sign in').click();
        await owner.see(owner.page.getByRole('heading', { name: heading, level: 1 }));
        const { pathname, search } = new URL(owner.page.url());
        assert.equal(pathname + search, place);
      });
    }
  },
}, [DESKTOP]);

tell('sign-in link', {
  'a link by mail opens the account on another device, once': async (story) => {
    const business = await openBusiness(story.server);
    const customer = await registerCustomer(story.server, business, 'Wambui Njoroge');
    const phone = await story.visitor('customer');
    const link = await story.step('the customer asks for a link and gets it by mail', async () => {
      await phone.open(`/client/sign-in?business=${business.team.slug}`);
      await phone.field(/^E-mail/).fill(customer.email);
      await phone.button('Send me a sign-in link').click();
      await phone.seeText('Look into your inbox');
      await phone.look('sent');
      const mail = await story.server.mailTo(customer.email);
      const found = /http:\/\/\S+\/client\/sign-in\?\S+/.exec(mail.text);
      assert.ok(found, `no link in: ${mail.text}`);
      return found[0];
    });
    await story.step('the link signs in', async () => {
      await phone.page.goto(link);
      await phone.seeText('Wambui Njoroge');
      await phone.seeText('No visits yet');
      await phone.look('account');
    });
    await story.step('it works once', async () => {
      const other = await story.visitor('stranger');
      await other.withoutNetwork(async () => {
        await other.page.goto(link);
        await other.seeText('This link does not work any more');
      });
      await other.look('used');
    });
    await story.step('a guest with a known e-mail is not let in, but gets a link', async () => {
      const guest = await story.visitor('guest');
      const before = await story.server.mailTo(customer.email);
      await guest.open(`/client/sign-in?business=${business.team.slug}`);
      await guest.page.getByText('Guest', { exact: true }).click();
      await guest.field(/^Full name/).fill('Somebody Else');
      await guest.field(/^E-mail/).fill(customer.email);
      await guest.button('Continue as guest').click();
      await guest.seeText(/already belongs to an account here/);
      assert.ok((await story.server.mailTo(customer.email, before.id)).id > before.id);
    });
  },
});
