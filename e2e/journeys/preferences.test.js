/** What somebody hears of and when, and the notices that came. */
import assert from 'node:assert/strict';
import { book, openBusiness, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { signIn } from './moves.js';

tell('preferences', {
  'a choice is made, saved, and there after a reload': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/preferences');
    const { page } = owner;
    const box = () => page.getByRole('checkbox', { name: 'Orders: Text message' });
    const wasOn = await story.step('the matrix shows each kind and way', async () => {
      await owner.see(page.getByText('What reaches you, and how'));
      await box().waitFor({ state: 'attached' });
      await owner.look('as-it-was');
      return box().isChecked();
    });
    await story.step('a box is changed, quiet hours and the digest set', async () => {
      await (owner.isPhone ? page.locator('label', { hasText: 'Text message' }).first().click() : box().click());
      await owner.seeText('Not saved yet');
      const quiet = page.getByRole('switch', { name: /Keep quiet/ });
      if (!(await quiet.isChecked())) await page.locator('label', { hasText: 'Keep quiet' }).click();
      const digest = page.getByRole('switch', { name: /Send me a digest/ });
      if (!(await digest.isChecked())) await page.locator('label', { hasText: 'Send me a digest' }).click();
      await owner.look('changed');
      await owner.button('Save changes').click();
      await owner.seeText('Saved', { exact: true });
    });
    await story.step('mail about security cannot be turned off', async () => {
      assert.ok(await page.getByRole('checkbox', { name: 'Security: E-mail' }).isDisabled());
    });
    await story.step('a reload shows it again', async () => {
      await page.reload();
      await box().waitFor({ state: 'attached' });
      assert.equal(await box().isChecked(), !wasOn);
      assert.ok(await page.getByRole('switch', { name: /Send me a digest/ }).isChecked());
    });
  },
});

tell('notices', {
  'the centre shows what came, narrows it, and takes a removal back': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/notices');
    const { page } = owner;
    const list = page.getByRole('list', { name: 'Your notices' });
    await story.step('a booking appears by itself', async () => {
      await owner.see(page.getByRole('heading', { name: 'Notices', level: 1 }));
      await book(story.server, business, await registerCustomer(story.server, business));
      await owner.see(list.getByText(/Njeri Kamau/));
      await owner.look('centre');
    });
    await story.step('a kind that nothing is of says so', async () => {
      await owner.open('/dashboard/notices?category=campaigns');
      await owner.seeText('Nothing fits');
      await owner.look('none');
      await owner.button('Show all').click();
      await owner.see(list.getByText(/Njeri Kamau/));
    });
    await story.step('a removal is taken back', async () => {
      const removals = owner.button(/^Remove: /);
      const before = await removals.count();
      await removals.first().click();
      await owner.gone(removals.nth(before - 1));
      await owner.button('Undo').click();
      await owner.see(removals.nth(before - 1));
    });
    await story.step('everything is read', async () => {
      await owner.button('Mark all as read').click();
      await owner.button(/^Unread/).click();
      await owner.seeText('Everything is read');
      await owner.look('read');
    });
  },
});
