/** Who works here: invited, given a role, taken out again; what each may see; and what is written down about it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { call, openBusiness, PASSWORD } from '../harness/api.js';
import { DESKTOP } from '../harness/browser.js';
import { tell } from '../harness/story.js';
import { openDesk, signIn } from './moves.js';

/** What the mail of an invitation leads to. */
async function tokenOf(server, email, after) {
  const mail = await server.mailTo(email, after);
  const found = /\/invitation\?token=([\w.-]+)/.exec(mail.text);
  assert.ok(found, `no link in: ${mail.text}`);
  return { token: found[1], mail };
}

/** Somebody of the team, without the pages that this is not about. */
async function addMember(server, business, name, role) {
  const email = `${role}-${randomUUID()}@example.test`;
  await call(server, 'POST', '/api/team/invitations', { token: business.token, body: { email, role, name } });
  const { token } = await tokenOf(server, email);
  const joined = await call(server, 'POST', '/api/invitations/accept', { body: { token, name, password: PASSWORD } });
  return { name, email, id: joined.data.user.id, token: joined.data.accessToken };
}

const members = (visitor) => visitor.page.getByRole('list', { name: 'Members' });

tell('team', {
  'somebody is invited, joins, is given another role, and is taken out again': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/team');
    const { page } = owner;
    const email = `otieno-${randomUUID()}@example.test`;
    await story.step('at first one is alone', async () => {
      await owner.seeText('You are the only one here');
      await owner.see(page.getByRole('table', { name: 'What each role may do' }));
      await owner.look('alone');
    });
    await story.step('what is wrong is said at its field', async () => {
      await owner.button('Invite somebody').first().click();
      await owner.field('E-mail').fill('otieno');
      await owner.button('Send the invitation').click();
      await owner.seeText('This does not look like an e-mail address');
      await owner.look('invite');
    });
    const first = await story.step('an invitation goes out by mail', async () => {
      await owner.field('E-mail').fill(email);
      await owner.field(/^Name/).fill('Otieno Odhiambo');
      await owner.button('Send the invitation').click();
      await owner.seeText(`The invitation went to ${email}`);
      await owner.seeText('Invited, not here yet');
      await owner.look('invited');
      return tokenOf(story.server, email);
    });
    const { token } = await story.step('it is sent again, and the first link is good no more', async () => {
      await owner.button(`Send again: ${email}`).click();
      await owner.seeText(`A new mail went to ${email}`);
      return tokenOf(story.server, email, first.mail.id);
    });
    assert.notEqual(token, first.token);
    const otieno = await story.step('the invited person joins and signs in', async () => {
      await call(story.server, 'POST', '/api/invitations/accept', { body: { token, name: 'Otieno Odhiambo', password: PASSWORD } });
      const visitor = await signIn(story, { name: 'otieno', email });
      await visitor.see(visitor.page.getByRole('navigation', { name: 'Main' }));
      assert.equal(await visitor.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Events/ }).count(), 0);
      return visitor;
    });
    await story.step('the owner makes them a manager', async () => {
      await page.reload();
      await members(owner).getByRole('button', { name: /Otieno Odhiambo/ }).click();
      await page.getByRole('dialog').getByRole('radio', { name: /Manager/ }).check();
      await owner.look('member');
      await owner.button('Save the role').click();
      await owner.seeText('Otieno Odhiambo is Manager now');
    });
    await story.step('they see at once what they may use now', async () => {
      await otieno.see(otieno.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Events/ }));
    });
    await story.step('a lower role is asked for, with what is lost by it', async () => {
      await members(owner).getByRole('button', { name: /Otieno Odhiambo/ }).click();
      await page.getByRole('dialog').getByRole('radio', { name: /Staff/ }).check();
      await owner.button('Save the role').click();
      await owner.seeText(/They lose at once: .*Events/);
      await owner.look('demote');
      await owner.button('Keep it as it is').click();
    });
    await story.step('they are removed, and out at once', async () => {
      await owner.button('Remove from the team…').click();
      await owner.seeText(/signed out of Salon Amara everywhere/);
      await otieno.withoutNetwork(async () => {
        await owner.button('Remove them').click();
        await owner.seeText('Otieno Odhiambo is no longer in the team');
        await otieno.see(otieno.page.getByRole('heading', { name: 'Sign in to your business' }));
      });
      assert.equal(await members(owner).getByRole('button', { name: /Otieno/ }).count(), 0);
    });
    await story.step('all of it stands in the audit log', async () => {
      await owner.open('/dashboard/audit');
      const log = page.getByRole('list', { name: 'Audit log' });
      await owner.see(log.getByText(/removed Otieno Odhiambo from the team/));
      await owner.see(log.getByText(new RegExp(`Grace Wanjiru invited ${email} as staff`)));
      const line = await owner.see(log.getByRole('button', { name: /changed Otieno Odhiambo’s role from staff to manager/ }));
      await owner.look('audit');
      await line.click();
      await owner.see(page.getByRole('dialog', { name: 'Details' }).getByText('staff', { exact: true }));
      await owner.look('audit-line');
      await page.keyboard.press('Escape');
    });
    await story.step('the log is narrowed to one kind', async () => {
      await owner.open('/dashboard/audit?action=member.role_changed');
      const log = page.getByRole('list', { name: 'Audit log' });
      await owner.see(log.getByRole('button', { name: /role from staff to manager/ }));
      assert.equal(await log.getByRole('button').count(), 1);
    });
  },
  'the ownership is handed on with the password': async (story) => {
    const business = await openBusiness(story.server);
    const amina = await addMember(story.server, business, 'Amina Hassan', 'admin');
    const owner = await signIn(story, business, `/dashboard/team?member=${amina.id}`);
    await story.step('a wrong password is said at its field', async () => {
      await owner.button('Hand over ownership…').click();
      await owner.field('Your password', { exact: true }).fill('not the password');
      await owner.look('transfer');
      await owner.withoutNetwork(async () => {
        await owner.button('Hand it over').click();
        await owner.seeText('The password is not right');
      });
    });
    await story.step('the right one makes the other the owner', async () => {
      await owner.field('Your password', { exact: true }).fill(PASSWORD);
      await owner.button('Hand it over').click();
      await owner.seeText('Amina Hassan is the owner now');
      await owner.see(members(owner).getByRole('button', { name: /Amina Hassan.*Owner/ }));
      await owner.see(members(owner).getByRole('button', { name: /Grace Wanjiru.*Admin/ }));
    });
  },
});

tell('staff', {
  'a member of the staff meets no closed door on the ways that are offered': async (story) => {
    const business = await openBusiness(story.server);
    const njeri = await addMember(story.server, business, 'Njeri Kamau', 'staff');
    const visitor = await signIn(story, { name: 'njeri', email: njeri.email });
    const { page } = visitor;
    const refused = [];
    page.on('response', (response) => {
      if (response.status() === 403 || response.status() === 401) refused.push(`${response.status()} ${new URL(response.url()).pathname} on ${new URL(page.url()).pathname}`);
    });
    const linksOf = (region) => region.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')).filter((href) => href?.startsWith('/dashboard')));
    await story.step('every link of the frame and of the settings opens a page that is theirs', async () => {
      await visitor.see(page.getByRole('navigation', { name: 'Main' }));
      const seen = new Set();
      const queue = [...(await linksOf(page.locator('body')))];
      await visitor.open('/dashboard/settings');
      await visitor.see(page.getByRole('navigation', { name: 'Settings' }));
      queue.push(...(await linksOf(page.locator('body'))));
      while (queue.length > 0) {
        const href = queue.shift();
        if (seen.has(href)) continue;
        seen.add(href);
        await visitor.open(href);
        await visitor.see(page.getByRole('main').getByRole('heading').first());
        await page.waitForLoadState('networkidle');
        assert.equal(await page.getByText(/This is for (managers|admins)/).count(), 0, `${href} is closed to staff`);
      }
      assert.ok(seen.size > 6, `only ${seen.size} ways were offered`);
      assert.deepEqual(refused, []);
    });
    await story.step('the settings show what is theirs', async () => {
      await visitor.open('/dashboard/settings');
      await visitor.see(page.getByRole('link', { name: 'Your notices' }));
      for (const name of ['Team', 'Audit log', 'Profile and brand', 'API keys']) assert.equal(await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name, exact: true }).count(), 0, name);
      await visitor.look('settings');
    });
    await story.step('the palette offers nothing that is closed', async () => {
      if (visitor.isPhone) return;
      await page.keyboard.press('Control+k');
      const search = await visitor.see(page.getByPlaceholder(/Go to/));
      await search.fill('audit');
      await visitor.seeText('Nothing found');
      await page.keyboard.press('Escape');
    });
    await story.step('an address that was guessed says why it is closed', async () => {
      await visitor.open('/dashboard/team');
      await visitor.seeText(/This is for managers/);
      await visitor.look('closed');
    });
  },
});

tell('two businesses', {
  'somebody who works in two goes from one to the other': async (story) => {
    const first = await openBusiness(story.server, 'Salon Amara');
    const second = await openBusiness(story.server, 'Nairobi Plumbers');
    await call(story.server, 'POST', '/api/team/invitations', { token: second.token, body: { email: first.email, role: 'manager' } });
    const { token } = await tokenOf(story.server, first.email);
    await call(story.server, 'POST', '/api/invitations/accept', { token: first.token, body: { token } });
    const owner = await signIn(story, first);
    await story.step('the account menu has both', async () => {
      await owner.see(owner.page.getByText(/^(Salon Amara|Nairobi Plumbers) ·/));
      await owner.button(/^Your account/).click();
      await owner.see(owner.page.getByRole('menuitem', { name: 'Nairobi Plumbers' }));
      await owner.page.getByRole('menuitem', { name: /Salon Amara/ }).click();
      await owner.page.keyboard.press('Escape');
      await owner.seeText(/^Salon Amara ·/);
    });
    await story.step('the other one opens, with the role that one has there', async () => {
      await owner.button(/^Your account/).click();
      await owner.page.getByRole('menuitem', { name: 'Nairobi Plumbers' }).click();
      await owner.seeText(/^Nairobi Plumbers ·/);
      await openDesk(owner, 'Settings');
      await owner.see(owner.link('Team'));
      assert.equal(await owner.page.getByRole('link', { name: 'Audit log' }).count(), 0);
    });
  },
}, [DESKTOP]);
