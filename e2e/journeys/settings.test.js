/** The business's own settings: what customers see of it, its logo, who must sign in in two steps; and the log of it all. */
import assert from 'node:assert/strict';
import { call, openBusiness, PASSWORD } from '../harness/api.js';
import { makePicture } from '../harness/picture.js';
import { tell } from '../harness/story.js';
import { makeAuthenticator, setTick, signIn } from './moves.js';

const CONFLICT = 'Somebody else changed this meanwhile. Their version is shown now; please make your change again.';

/** Hands a file to the chooser of a button. */
async function choose(visitor, button, file) {
  const [chooser] = await Promise.all([visitor.page.waitForEvent('filechooser'), visitor.button(button).click()]);
  await chooser.setFiles(file);
}

tell('settings', {
  'the profile, the logo and the colour are changed, and customers see it': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/settings?tab=business');
    const { page } = owner;
    await story.step('what is wrong is said at its field', async () => {
      await owner.see(owner.field('Name', { exact: true }));
      await owner.look('profile');
      await owner.field('Address of your page').fill('Not An Address');
      await owner.button('Save changes').click();
      await owner.seeText('Small letters, digits and dashes only');
      await owner.button('Discard').click();
    });
    await story.step('a file that is no picture is refused, and a picture takes its place', async () => {
      await choose(owner, 'Choose a picture', { name: 'logo.png', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
      await owner.seeText('This is no PNG, JPEG or WebP picture.');
      await choose(owner, 'Choose a picture', { name: 'logo.png', mimeType: 'image/png', buffer: makePicture() });
      await owner.seeText('The logo is in place');
      const logo = await owner.see(page.getByRole('img', { name: 'Logo' }));
      await logo.evaluate((image) => image.decode());
      await owner.look('logo');
    });
    await story.step('name, colour and zone are changed', async () => {
      await owner.field('Name', { exact: true }).fill('Salon Amara Westlands');
      await owner.field('About', { exact: true }).fill('Braids, locs and colour.');
      await owner.field('Colour', { exact: true }).fill('#98356f');
      await owner.seeText('Not saved yet');
      await owner.button('Save changes').click();
      await owner.seeText('Saved');
      await owner.look('saved');
    });
    await story.step('somebody else saves meanwhile, and nothing is lost', async () => {
      await call(story.server, 'PATCH', '/api/settings/business', { token: business.token, body: { phone: '+254711000111' } });
      await owner.field('About', { exact: true }).fill('Mine');
      await owner.withoutNetwork(async () => {
        await owner.button('Save changes').click();
        await owner.seeText(CONFLICT);
      });
      await owner.look('conflict');
    });
    await story.step('customers see the new name, colour and logo', async () => {
      const visitor = await story.visitor('visitor');
      await visitor.open(`/s/${business.team.slug}`);
      await visitor.see(visitor.page.getByRole('heading', { name: 'Salon Amara Westlands' }));
      await visitor.page.locator('img[src*=logo]').evaluate((image) => image.decode());
      await visitor.look('storefront');
    });
    await story.step('the logo is taken away', async () => {
      await owner.button('Remove the logo').click();
      await owner.seeText('The logo is gone');
    });
    await story.step('messages that nobody reads are followed up later', async () => {
      await owner.open('/dashboard/settings?tab=reach');
      await owner.field('Wait').fill('2000');
      await owner.button('Save changes').click();
      await owner.seeText('Between 1 and 1,440 minutes');
      await owner.field('Wait').fill('45');
      await owner.seeText(/the first word goes out at 10:45/);
      await owner.look('reach');
      // A word of what was saved before may still be there, so the answer itself is waited for.
      const answered = owner.page.waitForResponse((response) => response.url().endsWith('/api/settings/notifications') && response.request().method() !== 'GET');
      await owner.button('Save changes').click();
      assert.equal((await answered).status(), 200);
      await owner.seeText('Saved');
      const { data } = await call(story.server, 'GET', '/api/settings/notifications', { token: business.token });
      assert.equal(data.reachBack.afterMinutes, 45);
    });
  },

  'two-step sign-in is asked of everybody, and leads who has none to set it up': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/settings?tab=policy');
    const { page } = owner;
    const duty = page.getByRole('switch', { name: /^Two-step sign-in for everybody/ });
    await story.step('the owner sees who has none yet', async () => {
      await owner.seeText('1 member does not have it yet');
      await owner.look('policy');
    });
    await story.step('it is required after a question', async () => {
      owner.expectNetworkErrors();
      await page.locator('label').filter({ hasText: 'Two-step sign-in for everybody' }).first().click();
      await owner.seeText(/You are one of them/);
      await owner.look('question');
      await owner.button('Require it').click();
      await owner.seeText('Saved');
    });
    let nextCode;
    await story.step('who has none is led to set it up, and sees nothing else', async () => {
      await owner.open('/dashboard/appointments');
      await owner.seeText('Your business asks for two-step sign-in');
      await owner.look('forced');
      await owner.button('Set it up').click();
      nextCode = makeAuthenticator((await page.getByLabel('Key for typing').textContent()).replaceAll(' ', ''));
      await owner.field('Code that the app shows').fill(nextCode());
      await owner.button('Turn it on').click();
      // The page stays until the codes are kept, also when it learns meanwhile that everything is open again.
      await owner.see(page.getByRole('list', { name: 'Backup codes' }));
      await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
      await owner.button('I have kept them').click();
    });
    await story.step('everything opens again', async () => {
      await owner.gone(page.getByText('Your business asks for two-step sign-in'));
      await owner.open('/dashboard/settings?tab=policy');
      await owner.seeText('Everybody here has it already');
      assert.ok(await duty.isChecked());
      await owner.look('all-have-it');
    });
    await story.step('it is not required any more', async () => {
      await setTick(owner, duty, false);
      await owner.seeText('Saved');
      const { data } = await call(story.server, 'GET', '/api/settings/business', { token: business.token });
      assert.equal(data.requireTwoFactor, false);
    });
  },

  'the log says who changed what, before and after': async (story) => {
    const business = await openBusiness(story.server);
    await call(story.server, 'PATCH', '/api/settings/business', { token: business.token, body: { name: 'Salon Zuri' } });
    await call(story.server, 'PATCH', `/api/services/${business.service.id}`, { token: business.token, body: { price: 3000 } }).catch(() => call(story.server, 'PUT', `/api/services/${business.service.id}`, { token: business.token, body: { name: 'Box braids', duration: 180, price: 3000 } }));
    const owner = await signIn(story, business, '/dashboard/audit');
    const { page } = owner;
    const row = (text) => page.locator('[data-row]').filter({ hasText: text });
    await story.step('every change is a sentence', async () => {
      await owner.see(row('Grace Wanjiru changed the settings: name'));
      await owner.see(row('Grace Wanjiru changed the service “Box braids”'));
      await owner.look('log');
    });
    await story.step('what stands behind one shows both sides', async () => {
      await row('changed the settings: name').click();
      const drawer = await owner.see(page.getByRole('dialog', { name: 'Details' }));
      await owner.see(drawer.locator('del').filter({ hasText: 'Salon Amara' }));
      await owner.see(drawer.locator('ins').filter({ hasText: 'Salon Zuri' }));
      assert.match(await drawer.textContent(), /127\.0\.0\.1/);
      await owner.look('before-after');
      await page.keyboard.press('Escape');
      await owner.gone(drawer);
    });
    await story.step('it is filtered by what happened', async () => {
      if (owner.isPhone) await owner.button('Filters').click();
      await page.getByRole('combobox', { name: 'What' }).or(page.getByRole('textbox', { name: 'What' })).click();
      await page.getByRole('option', { name: /^service updated/ }).click();
      await owner.gone(row('changed the settings: name'));
      await owner.see(row('changed the service “Box braids”'));
      await owner.look('filtered');
    });
    await story.step('a choice that nothing fits says so, and is cleared', async () => {
      await owner.open('/dashboard/audit?action=webhook.added');
      await owner.seeText('Nothing was written down for this choice.');
      await owner.look('nothing-fits');
      await owner.button('Clear the filters').click();
      await owner.see(row('changed the settings: name'));
    });
  },
});
