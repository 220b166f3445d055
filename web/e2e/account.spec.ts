import type { Page } from '@playwright/test';
import { expect, graphql, signedIn, signIn, test } from './pages';
import { picture } from './pictures';
import { codeFor, expire, invited, member, type Person, somebody, visit } from './sandbox';
import { codeOf } from './totp';

const panel = (page: Page, name: string) => page.getByRole('main').locator('.panel').filter({ has: page.getByRole('heading', { name }) });

async function signOut(page: Page, button = 'Sign out') {
  await page.goto('/account/');
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(page.getByLabel('User name or e-mail')).toBeVisible();
}

/** Types a name and a password on the page that is there. */
async function enter(page: Page, as: string, password: string) {
  await page.getByLabel('User name or e-mail').fill(as);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('somebody signs up with a code from the inbox, after a wrong one and a second mail', async ({ page }) => {
  const person = somebody('maria');
  await page.goto('/account/');
  await page.getByRole('tab', { name: 'Create Account' }).click();
  await page.getByLabel('User name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password again').fill('short');
  await page.getByLabel('Password again').blur();
  await expect(page.getByText('Password must have at least 12 characters')).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByLabel('Password again').fill(person.password);
  await page.getByRole('button', { name: 'Create Account' }).click();

  await page.getByLabel('Confirmation Code').fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText(/Invalid verification code/)).toBeVisible();
  await page.getByRole('button', { name: 'Resend Code' }).click();
  await page.getByLabel('Confirmation Code').fill(await codeFor(person.email, 'ResendConfirmationCode'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await signedIn(page, person);
  await expect(panel(page, person.name)).toContainText(person.email);
  // What no customer asks for is not there.
  await expect(panel(page, person.name)).not.toContainText(/groups|admin/i);
});

test('the e-mail works as well as the user name, and a wrong password says nothing of which is wrong', async ({ page }) => {
  const person = await member('maria');
  await page.goto('/account/');
  await enter(page, person.name, 'Wrong-password-1');
  const said = page.getByText('Incorrect username or password');
  await expect(said).toBeVisible();
  await page.reload();
  await enter(page, `nobody-${person.name}`, 'Wrong-password-1');
  await expect(said).toBeVisible();
  await signIn(page, person, person.email);
  await signOut(page);
});

test('a forgotten password is replaced with a code', async ({ page }) => {
  const person = await member('maria');
  await page.goto('/account/');
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  await page.getByLabel('User name or e-mail').fill(person.name);
  await page.getByRole('button', { name: 'Send code' }).click();
  const password = `${person.password}-new`;
  await page.getByLabel('Code').fill(await codeFor(person.email, 'ForgotPassword'));
  await page.getByLabel('New Password').fill(password);
  await page.getByLabel('Confirm Password').fill(password);
  await page.getByRole('button', { name: 'Submit' }).click();
  await signIn(page, { ...person, password });
});

test('the password and the e-mail change, and the new ones count', async ({ page }) => {
  const person = await member('maria');
  await signIn(page, person);
  const password = `${person.password}-new`;
  const change = panel(page, 'Password');
  await change.getByLabel('Password now').fill('Not-the-password-1');
  await change.getByLabel('New password').fill(password);
  await change.getByRole('button', { name: 'Change the password' }).click();
  await expect(change.getByRole('alert')).toContainText('The password now is not right.');
  await change.getByLabel('Password now').fill(person.password);
  await change.getByRole('button', { name: 'Change the password' }).click();
  await expect(change.getByText('Your password is changed.')).toBeVisible();

  const email = `new-${person.email}`;
  const address = panel(page, 'E-mail');
  await address.getByLabel('New e-mail').fill(email);
  await address.getByRole('button', { name: 'Change the e-mail' }).click();
  await expect(address.getByText(`A code was sent to ${email}`)).toBeVisible();
  await address.getByLabel('Code').fill(await codeFor(email));
  await address.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(address.getByText('Your e-mail is changed.')).toBeVisible();
  await expect(address).toContainText(`Now ${email}.`);
  await expect(panel(page, person.name)).toContainText(email);
  await signOut(page);
  await signIn(page, { ...person, password }, email);
});

test('a second factor is set up with a QR code, asked for, and switched off', async ({ page }) => {
  const person = await member('maria');
  await signIn(page, person);
  const factor = panel(page, 'Second factor');
  await factor.getByRole('button', { name: 'Set up' }).click();
  await expect(factor.getByRole('img', { name: 'QR code' })).toHaveAttribute('src', /^data:image\/png/);
  const secret = (await factor.locator('.secret').textContent()) ?? '';
  await factor.getByLabel('Code').fill('000000');
  await factor.getByRole('button', { name: 'Switch on' }).click();
  await expect(factor.getByRole('alert')).toBeVisible();
  await factor.getByLabel('Code').fill(codeOf(secret));
  await factor.getByRole('button', { name: 'Switch on' }).click();
  await expect(factor.getByText('On: signing in asks')).toBeVisible();

  await signOut(page);
  await enter(page, person.name, person.password);
  // A code counts once, so the next one is typed.
  await page.getByLabel('Code').fill(codeOf(secret, 1));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await signedIn(page, person);
  await factor.getByRole('button', { name: 'Switch off' }).click();
  await expect(factor.getByText('Off. With it')).toBeVisible();
});

test('signing out everywhere ends the other browser as well', async ({ page, another }) => {
  const person = await member('maria');
  const other = await another();
  await signIn(page, person);
  await signIn(other, person);
  await signOut(page, 'Sign out everywhere');
  await other.goto('/photos/');
  // Its token is good for a while still, but the identity pool asks whether it was revoked.
  await expect(other.getByRole('heading', { name: 'Sign in first' })).toBeVisible();
  await expect(other.getByRole('heading', { name: 'Post a photo' })).toHaveCount(0);
});

test('signing out in one tab signs out the other', async ({ page, context }) => {
  const person = await member('maria');
  await signIn(page, person);
  const second = await context.newPage();
  await second.goto('/photos/');
  await expect(second.getByRole('heading', { name: 'Post a photo' })).toBeVisible();
  await signOut(page);
  await expect(second.getByRole('heading', { name: 'Sign in first' })).toBeVisible();
  await expect(second.getByRole('heading', { name: 'Post a photo' })).toHaveCount(0);
});

test('an account is deleted: signed out everywhere, and within a minute others see nothing of it any more', async ({ page, another }) => {
  const [maria, jonas] = [await member('maria'), await member('jonas')];
  const [other, elsewhere] = [await another(), await another()];
  await signIn(page, maria);
  await signIn(elsewhere, maria);
  await signIn(other, jonas);
  const { theirs, hers } = await meeting(page, other, maria, jonas);
  await elsewhere.goto('/account/');
  const profile = await elsewhere.getByRole('link', { name: 'Your profile' }).getAttribute('href');
  await other.goto(profile ?? '');
  await expect(other.getByRole('heading', { name: maria.name })).toBeVisible();
  const files: string[] = hers.picture.renditions.map(({ url }: { url: string }) => url);
  expect(await statuses(files)).toEqual(files.map(() => 200));

  await page.goto('/account/');
  await expect(panel(page, 'Delete account')).toContainText('35 days');
  await page.getByRole('button', { name: 'Delete account' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Delete everything' })).toBeDisabled();
  await dialog.getByLabel(`Type ${maria.name} to go on`).fill(maria.name);
  await dialog.getByRole('button', { name: 'Delete everything' }).click();
  await expect(page).toHaveURL('/', { timeout: 20_000 });
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible();

  await other.reload();
  await expect(other.getByRole('heading', { name: maria.name })).toHaveCount(0);
  await elsewhere.goto('/photos/');
  await expect(elsewhere.getByRole('heading', { name: 'Sign in first' })).toBeVisible();

  const minute = { timeout: 60_000 };
  await expect.poll(async () => (await graphql(other, getPhoto, { id: hers.id })).data.getPhoto, minute).toBeNull();
  await expect.poll(async () => (await graphql(other, getPhoto, { id: theirs.id })).data.getPhoto, minute).toMatchObject({ likeCount: 0, commentCount: 1 });
  // The control: what another wrote there stays.
  await expect
    .poll(async () => (await graphql(other, comments, { id: theirs.id })).data.commentsByPhoto.items, minute)
    .toEqual([{ text: 'Of the other', author: jonas.name }]);
  await expect.poll(() => statuses(files), minute).toEqual(files.map(() => 403));
  await expect(async () => {
    await page.goto('/account/');
    await enter(page, maria.name, maria.password);
    await expect(page.getByText('Incorrect username or password')).toBeVisible({ timeout: 5_000 });
  }).toPass(minute);
});

const getPhoto = 'query ($id: ID!) { getPhoto(id: $id) { id likeCount commentCount picture { renditions { url } } } }';
const comments = 'query ($id: ID!) { commentsByPhoto(photoId: $id) { items { text author } } }';
const statuses = (urls: string[]) => Promise.all(urls.map(async (url) => (await visit(url)).status));

/** A photo of hers, and one of another that both write under and she likes. */
async function meeting(page: Page, other: Page, maria: Person, jonas: Person) {
  await post(page, `Of ${maria.name}`);
  await post(other, `Of ${jonas.name}`);
  const ofFeed = 'query { listPhotos(limit: 100) { items { id uploadedBy picture { renditions { url } } } } }';
  const seen: { id: string; uploadedBy: string; picture: { renditions: { url: string }[] } }[] =
    (await graphql(page, ofFeed)).data.listPhotos.items;
  const [hers, theirs] = [maria, jonas].map(({ name }) => seen.find(({ uploadedBy }) => uploadedBy === name)!);
  const write = 'mutation ($id: ID!, $text: String!) { addComment(photoId: $id, text: $text) { id photoId } }';
  await graphql(page, write, { id: theirs!.id, text: 'Of hers' });
  await graphql(other, write, { id: theirs!.id, text: 'Of the other' });
  await graphql(page, 'mutation ($id: ID!) { likePhoto(id: $id) { id } }', { id: theirs!.id });
  expect((await graphql(other, getPhoto, { id: theirs!.id })).data.getPhoto).toMatchObject({ likeCount: 1, commentCount: 2 });
  return { hers: hers!, theirs: theirs! };
}

async function post(page: Page, caption: string) {
  await page.goto('/photos/');
  await page.getByLabel('Picture', { exact: true }).setInputFiles(picture());
  await page.getByLabel('Caption').fill(caption);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await expect(page.getByText('Your photo is posted.')).toBeVisible();
}

test('every form that asks for a password says whose it is', async ({ page }) => {
  // Of every form with a password, the names that a password manager reads before it; the page says which forms there are.
  const whose = () =>
    page.locator('form:has(input[type=password])').evaluateAll((forms) =>
      forms.map((form) => {
        const fields = [...form.querySelectorAll('input')];
        const before = fields.slice(0, fields.findIndex(({ type }) => type === 'password'));
        return before.filter((field) => field.autocomplete === 'username').map((field) => field.value);
      }),
    );
  const person = await invited('maria');
  await page.goto('/account/');
  await expect(page.getByLabel('User name or e-mail')).toBeVisible();
  expect(await whose(), 'sign in').toEqual([['']]);
  await page.getByRole('tab', { name: 'Create Account' }).click();
  await page.getByLabel('User name').fill('somebody');
  expect(await whose(), 'sign up').toEqual([['somebody']]);

  await page.getByRole('tab', { name: 'Sign In' }).click();
  await enter(page, person.name, person.password);
  await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  expect(await whose(), 'the first password is replaced').toEqual([[person.name]]);
  const password = `${person.password}-new`;
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Confirm Password').fill(password);
  await page.getByRole('button', { name: 'Change Password' }).click();
  await signedIn(page, person);
  await expect(panel(page, 'Password')).toBeVisible();
  expect(await whose(), 'change the password').toEqual([[person.name]]);

  await signOut(page);
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  await page.getByLabel('User name or e-mail').fill(person.name);
  await page.getByRole('button', { name: 'Send code' }).click();
  await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  expect(await whose(), 'a forgotten password').toEqual([[person.name]]);
});

test('whoever comes from a page to sign in goes back there, and never to another site', async ({ page, another }) => {
  const person: Person = await member('maria');
  await page.goto('/account/?next=%2F.%2F%2Fevil.example%2F');
  await enter(page, person.name, person.password);
  await signedIn(page, person);
  await expect(page).toHaveURL('/');

  const other = await another();
  await other.goto('/profile/?user=nobody');
  await other.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
  await enter(other, person.name, person.password);
  await signedIn(other, person);
  await expect(other).toHaveURL('/profile/?user=nobody');
});

test('a session that ends says so, and what was typed is there after signing in again', async ({ page, another }) => {
  const person = await member('maria');
  await signIn(page, person);
  await post(page, `Before the end, ${person.name}`);
  const mine = page.getByRole('article').filter({ hasText: person.name }).first();
  await mine.getByRole('button', { expanded: false }).click();
  await mine.getByLabel('Write a comment').fill('Typed before the end');
  await expire(page, person);
  await mine.getByRole('button', { name: 'Comment', exact: true }).click();

  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  await ended.getByLabel('User name or e-mail').fill(person.name);
  await ended.getByLabel('Password', { exact: true }).fill(person.password);
  await ended.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(ended).toHaveCount(0);
  await expect(mine.getByText('Your session has ended. Sign in again, then try again.')).toBeVisible();
  await expect(mine.getByLabel('Write a comment')).toHaveValue('Typed before the end');
  await mine.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(mine.getByRole('listitem').getByText('Typed before the end')).toBeVisible();

  // Whoever closes the form leaves.
  await expire(page, person);
  await mine.getByLabel('Write a comment').fill('Once more');
  await mine.getByRole('button', { name: 'Comment', exact: true }).click();
  await ended.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in first' })).toBeVisible();
  // The control: nothing of it for somebody whose session did not end.
  const other = await another();
  await signIn(other, await member('jonas'));
  await other.goto('/photos/');
  await expect(other.getByRole('heading', { name: 'Post a photo' })).toBeVisible();
  await expect(other.getByRole('dialog')).toHaveCount(0);
});
