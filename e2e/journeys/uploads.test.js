/** Files dropped on a conversation: their progress, and another try when the network broke under them. */
import assert from 'node:assert/strict';
import { openBusiness, openConversation, registerCustomer } from '../harness/api.js';
import { makePicture } from '../harness/picture.js';
import { tell } from '../harness/story.js';
import { openThread, signIn } from './moves.js';

/** Drops a file on the conversation as a hand does that lets go of it there. */
async function drop(visitor, { name, type, bytes }) {
  const transfer = await visitor.page.evaluateHandle(({ name, type, encoded }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))], name, { type }));
    return data;
  }, { name, type, encoded: bytes.toString('base64') });
  const ground = visitor.page.locator('[data-composer]');
  for (const kind of ['dragenter', 'dragover', 'drop']) await ground.dispatchEvent(kind, { dataTransfer: transfer });
}

tell('uploads', {
  'a picture whose upload broke off is sent again and arrives once': async (story) => {
    const { server } = story;
    const business = await openBusiness(server);
    const customer = await registerCustomer(server, business, 'Achieng Otieno');
    await openConversation(server, customer);
    const owner = await signIn(story, { email: business.email }, '/dashboard/messages');
    const { page } = owner;
    await story.step('the owner opens the conversation', () => openThread(owner, 'Achieng Otieno'));

    await owner.withoutNetwork(() =>
      story.step('the network breaks under the upload', async () => {
        await page.route('**/api/messages/upload', (route) => route.abort('connectionreset'));
        await drop(owner, { name: 'colours.png', type: 'image/png', bytes: makePicture() });
        await owner.see(page.getByRole('alert').filter({ hasText: 'colours.png could not be sent' }));
        await owner.look('broken');
      }),
    );
    const held = await story.step('another try shows how far it is', async () => {
      await page.unroute('**/api/messages/upload');
      let letGo;
      const gate = new Promise((resolve) => (letGo = resolve));
      await page.route('**/api/messages/upload', async (route) => {
        await gate;
        await route.continue();
      });
      await owner.button('Send colours.png again').click();
      await page.getByRole('progressbar', { name: 'colours.png' }).waitFor({ state: 'attached' });
      assert.equal(await page.getByRole('alert').filter({ hasText: 'could not be sent' }).count(), 0);
      // What is still on its way cannot leave without its file.
      assert.ok(await page.locator('form').getByRole('button', { name: 'Send', exact: true }).isDisabled());
      await owner.look('again');
      return letGo;
    });
    await story.step('it is there, and goes with the message', async () => {
      held();
      await owner.see(owner.button('Remove colours.png'));
      await page.locator('[data-composer]').fill('Which of these?');
      await page.locator('form').getByRole('button', { name: 'Send', exact: true }).click();
      await owner.see(owner.page.getByLabel('Open picture colours.png').locator('img'));
      assert.equal(await owner.page.getByLabel('Open picture colours.png').count(), 1);
      await owner.look('arrived');
    });
    await story.step('what is no picture inside is refused with words, and not offered again', async () => {
      await drop(owner, { name: 'colour.png', type: 'image/png', bytes: Buffer.from('<html><script>alert(1)</script></html>') });
      await owner.withoutNetwork(async () => {
        await owner.see(page.getByRole('alert').filter({ hasText: 'colour.png' }));
        assert.equal(await owner.button('Send colour.png again').count(), 0);
        await owner.look('refused');
      });
    });
  },
});
