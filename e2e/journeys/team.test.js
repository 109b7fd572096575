/** Who works here: invited by mail, given another role, sent away, made the owner; and one person in two businesses. */
import assert from 'node:assert/strict';
import { call, openBusiness, PASSWORD } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { findLink, makeAuthenticator, signIn } from './moves.js';

const COLLEAGUE = 'amina@example.test';

function dialog(visitor, name) {
  return visitor.page.getByRole('dialog', { name });
}

/** The line of a member or of an open invitation. */
function rowOf(visitor, list, text) {
  return visitor.page.getByRole('list', { name: list }).getByRole('listitem').filter({ hasText: text });
}

async function openMember(visitor, name) {
  await rowOf(visitor, 'Members', name).getByRole('button').click();
  return visitor.see(dialog(visitor, name));
}

async function invite(owner, { email, name, role }) {
  await owner.button('Invite somebody').first().click();
  const drawer = await owner.see(dialog(owner, 'Invite somebody'));
  await drawer.getByLabel('E-mail').fill(email);
  await drawer.getByLabel(/^Name/).fill(name);
  await drawer.getByRole('radio', { name: role, exact: true }).check();
  await owner.look(`invite-${role.toLowerCase()}`);
  await drawer.getByRole('button', { name: 'Send the invitation' }).click();
  await owner.see(rowOf(owner, 'Invited, not here yet', email));
}

function mailedLink(story, email) {
  return story.server.mailAbout(email, /invites you to/).then(findLink);
}

/** Goes over to another business, from the account menu or, on a phone, from the account page. */
async function switchTo(visitor, name) {
  if (visitor.isPhone) {
    await visitor.open('/dashboard/settings?tab=account');
    await visitor.see(visitor.page.getByText('Your businesses'));
    await visitor.look('businesses');
    await visitor.button(`Open ${name}`).click();
  } else {
    await visitor.button(/^Your account, /).click();
    await visitor.see(visitor.page.getByRole('dialog', { name: 'Your account' }).getByRole('button', { name }));
    await visitor.look('businesses');
    await visitor.page.getByRole('dialog', { name: 'Your account' }).getByRole('button', { name }).click();
  }
}

tell('team', {
  'somebody is invited by mail, joins, gets another role, and is sent away': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/team');
    const { page } = owner;
    await story.step('the owner is alone, and reads what each role may do', async () => {
      await owner.seeText('You are the only one here');
      await owner.see(page.getByRole('table'));
      await owner.look('alone');
    });
    await story.step('an address that is none is said at its field', async () => {
      await owner.button('Invite somebody').first().click();
      await dialog(owner, 'Invite somebody').getByLabel('E-mail').fill('amina');
      await owner.button('Send the invitation').click();
      await owner.seeText('This does not look like an e-mail address');
      await page.keyboard.press('Escape');
      await owner.gone(dialog(owner, 'Invite somebody'));
    });
    await story.step('a colleague is invited', async () => {
      await invite(owner, { email: COLLEAGUE, name: 'Amina Odhiambo', role: 'Manager' });
      await owner.look('invited');
    });
    await story.step('who is invited twice is refused at the field', async () => {
      await owner.withoutNetwork(async () => {
        await owner.button('Invite somebody').first().click();
        await dialog(owner, 'Invite somebody').getByLabel('E-mail').fill(business.email);
        await owner.button('Send the invitation').click();
        await owner.seeText('They are a member already, or have been invited.');
      });
      await page.keyboard.press('Escape');
      await owner.gone(dialog(owner, 'Invite somebody'));
    });
    const colleague = await story.visitor('colleague');
    const link = await story.step('the mail comes, and its link leads to the invitation', async () => {
      const mailed = await mailedLink(story, COLLEAGUE);
      await colleague.page.goto(mailed);
      await colleague.see(colleague.page.getByRole('heading', { name: `You are invited to ${business.team.name}` }));
      await colleague.seeText('Grace Wanjiru asks you to join as manager.');
      assert.equal(await colleague.field('Your name').inputValue(), 'Amina Odhiambo');
      await colleague.look('invitation');
      return mailed;
    });
    await story.step('the colleague joins with a new account', async () => {
      await colleague.field('Password', { exact: true }).fill('short');
      await colleague.button(`Join ${business.team.name}`).click();
      await colleague.see(colleague.page.getByText('Use at least 8 characters', { exact: true }));
      await colleague.field('Password', { exact: true }).fill(PASSWORD);
      await colleague.button(`Join ${business.team.name}`).click();
      await colleague.see(colleague.page.getByRole('navigation', { name: 'Main' }));
      await colleague.open('/dashboard/team');
      await colleague.see(rowOf(colleague, 'Members', 'Amina Odhiambo').getByText('You', { exact: true }));
      await colleague.look('as-manager');
    });
    await story.step('what is not theirs to see says why, under a heading of its own', async () => {
      await colleague.open('/dashboard/audit');
      await colleague.see(colleague.page.getByRole('heading', { level: 1, name: 'This is for admins and owners' }));
      await colleague.seeText(/Here stands who did what in the business, and from where\. You are manager here\./);
      assert.match(await colleague.page.title(), /^This is for admins and owners · .* · Frontdesk$/);
      await colleague.look('closed');
    });
    await story.step('the link is used up', async () => {
      const other = await story.visitor('other');
      await other.withoutNetwork(async () => {
        await other.page.goto(link);
        await other.see(other.page.getByText('This invitation does not work any more'));
        await other.look('dead-invitation');
      });
    });
    await story.step('the owner makes the colleague staff, and is told what that takes away', async () => {
      await page.reload();
      await openMember(owner, 'Amina Odhiambo');
      await owner.look('member');
      await dialog(owner, 'Amina Odhiambo').getByRole('radio', { name: 'Staff', exact: true }).check();
      await owner.button('Save the role').click();
      await owner.see(page.getByText(/They lose at once: /));
      await owner.look('demotion');
      await owner.button('Change it').click();
      await owner.seeText('Amina Odhiambo is Staff now');
      await owner.see(rowOf(owner, 'Members', 'Amina Odhiambo').getByText('Staff', { exact: true }));
    });
    await story.step('the team is closed for staff', async () => {
      await colleague.withoutNetwork(() => colleague.open('/dashboard/team'));
      await colleague.see(colleague.link('Go to the overview'));
      await colleague.look('closed');
      await colleague.open('/dashboard');
      await colleague.see(colleague.page.getByRole('navigation', { name: 'Main' }));
    });
    await story.step('the owner removes the colleague, whose page closes by itself', async () => {
      await openMember(owner, 'Amina Odhiambo');
      await owner.button('Remove from the team…').click();
      await owner.seeText(/They are signed out of .* everywhere, at once/);
      await owner.look('removal');
      colleague.expectNetworkErrors();
      await owner.button('Remove them').click();
      await owner.seeText('Amina Odhiambo is no longer in the team');
      await colleague.see(colleague.page.getByRole('heading', { name: 'Sign in to your business' }));
      await owner.seeText('You are the only one here');
    });
  },

  'an invitation is sent again and withdrawn': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/team');
    const first = await story.step('somebody is invited', async () => {
      await invite(owner, { email: COLLEAGUE, name: '', role: 'Staff' });
      return story.server.mailAbout(COLLEAGUE, /invites you to/);
    });
    await story.step('the mail is sent again', async () => {
      await owner.button(`Send again: ${COLLEAGUE}`).click();
      await owner.seeText(`A new mail went to ${COLLEAGUE}`);
      await story.server.mailAbout(COLLEAGUE, /invites you to/, first.id);
    });
    await story.step('it is withdrawn after a question', async () => {
      await owner.button(`Withdraw: ${COLLEAGUE}`).click();
      await owner.seeText(/does not work any more/);
      await owner.look('withdrawal');
      await owner.button('Withdraw it').click();
      await owner.seeText('The invitation was withdrawn');
      await owner.seeText('You are the only one here');
    });
  },

  'who was sent away from their only business starts one of their own': async (story) => {
    const salon = await openBusiness(story.server, 'Salon Amara');
    await call(story.server, 'POST', '/api/team/invitations', { token: salon.token, body: { email: COLLEAGUE, role: 'staff', name: 'Amina' } });
    const token = new URL(await mailedLink(story, COLLEAGUE)).searchParams.get('token');
    const { data } = await call(story.server, 'POST', '/api/invitations/accept', { body: { token, name: 'Amina', password: PASSWORD } });
    await call(story.server, 'DELETE', `/api/team/${data.user.id}`, { token: salon.token });
    const amina = await story.visitor('amina');
    await story.step('the sign-in says that there is no business any more, and what can be done', async () => {
      await amina.withoutNetwork(async () => {
        await amina.open('/sign-in');
        await amina.field('E-mail').fill(COLLEAGUE);
        await amina.field('Password', { exact: true }).fill(PASSWORD);
        await amina.button('Sign in', { exact: true }).click();
        await amina.see(amina.page.getByRole('heading', { name: 'You belong to no business any more' }));
      });
      await amina.look('nowhere');
    });
    await story.step('a business of their own lets them in', async () => {
      await amina.button('Start my business').click();
      await amina.seeText('Please fill this in');
      await amina.page.getByRole('textbox', { name: /business/i }).fill('Amina\u2019s own');
      await amina.button('Start my business').click();
      await amina.see(amina.page.getByRole('navigation', { name: 'Main' }));
      await amina.look('own');
    });
  },

  'who has two-step sign-in joins with it, and with nothing less': async (story) => {
    const salon = await openBusiness(story.server, 'Salon Amara');
    const barber = await openBusiness(story.server, 'Barber Kito');
    const { data: setup } = await call(story.server, 'POST', '/api/auth/2fa/setup', { token: barber.token });
    const nextCode = makeAuthenticator(setup.secret);
    await call(story.server, 'POST', '/api/auth/2fa/verify', { token: barber.token, body: { code: nextCode() } });
    await call(story.server, 'POST', '/api/team/invitations', { token: salon.token, body: { email: barber.email, role: 'manager' } });
    const guest = await story.visitor('guest');
    await story.step('the password alone is not enough', async () => {
      await guest.page.goto(await mailedLink(story, barber.email));
      await guest.field('Password', { exact: true }).fill(PASSWORD);
      await guest.withoutNetwork(async () => {
        await guest.button('Join Salon Amara').click();
        await guest.seeText('Enter the 6-digit code from your authenticator app.');
        await guest.look('code');
      });
    });
    await story.step('a wrong code is said at its field', async () => {
      await guest.withoutNetwork(async () => {
        await guest.field('Code', { exact: true }).fill('111111');
        await guest.button('Sign in', { exact: true }).click();
        await guest.seeText(/This code is not right/);
        await guest.look('wrong-code');
      });
    });
    await story.step('the right one joins them to the team', async () => {
      await guest.field('Code', { exact: true }).fill(nextCode());
      await guest.button('Sign in', { exact: true }).click();
      await guest.see(guest.page.getByRole('navigation', { name: 'Main' }));
      await guest.open('/dashboard/team');
      await guest.see(rowOf(guest, 'Members', barber.email).getByText('You', { exact: true }));
    });
  },

  'the owner of one business joins another, goes back and forth, and becomes its owner': async (story) => {
    const salon = await openBusiness(story.server, 'Salon Amara');
    const barber = await openBusiness(story.server, 'Barber Kito');
    const owner = await signIn(story, salon, '/dashboard/team');
    await story.step('the salon invites the barber', () => invite(owner, { email: barber.email, name: 'Kito', role: 'Admin' }));
    const guest = await story.visitor('guest');
    await story.step('the link asks for the password of the account they have', async () => {
      await guest.page.goto(await mailedLink(story, barber.email));
      await guest.seeText(`You already have an account with ${barber.email}. Its password joins you to the team.`);
      await guest.look('known-address');
      await guest.withoutNetwork(async () => {
        await guest.field('Password', { exact: true }).fill('wrong horse');
        await guest.button('Join Salon Amara').click();
        await guest.seeText('This is not your current password');
        await guest.look('wrong-password');
      });
      // Or by any other way of signing in, which leads back here.
      assert.match(await guest.link('Sign in another way').getAttribute('href'), /^\/sign-in\?next=.*invitation/);
      await guest.field('Password', { exact: true }).fill(PASSWORD);
      await guest.button('Join Salon Amara').click();
      await guest.see(guest.page.getByRole('navigation', { name: 'Main' }));
      await guest.seeText(/Salon Amara/);
    });
    await story.step('they go to their own business and back', async () => {
      await switchTo(guest, 'Barber Kito');
      await guest.seeText(/Barber Kito/);
      await guest.gone(guest.page.getByText(/Salon Amara/));
      await switchTo(guest, 'Salon Amara');
      await guest.see(guest.page.getByRole('main').getByText(/Salon Amara/));
    });
    await story.step('the owner hands the salon over, with the password', async () => {
      await owner.page.reload();
      // Both are called the same; the address tells who is who.
      await rowOf(owner, 'Members', barber.email).getByRole('button').click();
      await owner.button('Hand over ownership…').click();
      await owner.seeText(/They answer for Salon Amara from then on/);
      await owner.withoutNetwork(async () => {
        await owner.field('Your password').fill('wrong horse');
        await owner.button('Hand it over').click();
        await owner.seeText('The password is not right');
      });
      await owner.look('handing-over');
      await owner.field('Your password').fill(PASSWORD);
      await owner.button('Hand it over').click();
      await owner.seeText(/is the owner now/);
      await owner.see(rowOf(owner, 'Members', barber.email).getByText('Owner', { exact: true }));
      await owner.see(rowOf(owner, 'Members', salon.email).getByText('Admin', { exact: true }));
      await owner.look('handed-over');
    });
    await story.step('the new owner can do what the old one could', async () => {
      await guest.open('/dashboard/team');
      await rowOf(guest, 'Members', salon.email).getByRole('button').click();
      await guest.see(guest.button('Hand over ownership…'));
      await guest.look('new-owner');
    });
  },
});
