import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { fetchAuthSession } from 'aws-amplify/auth';
import { createDraft, remove } from './catalogue';
import { asPerson, uploaded } from './client';
import { enter, expect, graphql, test } from './pages';
import { picture, text } from './pictures';
import { admin, member, send, visit } from './sandbox';
import { foreign, outputsFile } from './where';

// What a browser can try that the pages do not offer. The pages' own checks are for people; these must fail without them.

/** Makes the pages of a browser believe in another identity, while its credentials stay its own. */
async function pretend(page: Page, identity: string) {
  await page.route(/cognito-identity/, async (route) => {
    if (route.request().headers()['x-amz-target'] !== 'AWSCognitoIdentityService.GetCredentialsForIdentity') {
      return route.continue();
    }
    const answer = await send(route.request());
    const headers = { 'access-control-allow-origin': '*' };
    return route.fulfill({ headers, json: { ...(await answer.json()), IdentityId: identity } });
  });
}

/** Makes the pages of a browser believe that the person is an admin: they read it from the token, which nobody checks here. */
async function promote(page: Page) {
  await page.addInitScript(() => {
    const parse = JSON.parse;
    JSON.parse = (text, ...rest) => {
      const value = parse(text, ...rest);
      if (value?.token_use === 'access') {
        value['cognito:groups'] = ['Admins'];
      }
      return value;
    };
  });
}

test('somebody who makes the admin page believe in an admin is refused by the API, and sends nothing but uploads of their own', async ({
  page,
  another,
}) => {
  const name = `Target ${randomUUID().slice(0, 8)}`;
  const boss = await another();
  await enter(boss, await admin());
  await boss.goto('/admin/');
  await createDraft(boss, name);

  await enter(page, await member('mallory'));
  await promote(page);
  const answers: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('.s3.') && response.request().method() !== 'OPTIONS') {
      answers.push(`${response.request().method()} ${new URL(response.url()).pathname} ${response.status()}`);
    }
  });
  await page.goto('/admin/');
  await expect(page.getByRole('button', { name: 'New product' })).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
  await expect(page.getByRole('tabpanel').getByRole('alert')).toContainText('You are not allowed to do this');
  await page.getByRole('button', { name: 'New product' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Mine');
  await dialog.getByLabel('Price').fill('1');
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await expect(dialog.getByRole('alert')).toContainText('You are not allowed to do this');
  await dialog.getByLabel('Picture').setInputFiles(picture());
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await expect.poll(() => answers).toHaveLength(1);
  await expect(dialog.getByRole('alert')).toContainText('You are not allowed to do this');
  expect(answers).toEqual([expect.stringMatching(/^PUT \/uploads\/[0-9a-f-]{36}\/[0-9a-f-]{36} 200$/)]);
  await remove(boss, name);
});

test('whoever is not an admin can neither read a draft nor write one, by any call', async ({ page, another }) => {
  const boss = await another();
  await enter(boss, await admin());
  const { data } = await graphql(
    boss,
    'mutation { createProduct(input: { name: "Secret", price: 1, currency: "EUR" }) { id version } }',
  );
  const { id, version } = data.createProduct;
  await enter(page, await member('mallory'));
  expect((await graphql(page, 'query($id: ID!) { getProduct(id: $id) { name } }', { id })).data.getProduct).toBeNull();
  const calls = [
    'query { listDrafts { items { id } } }',
    'mutation { createProduct(input: { name: "x", price: 1, currency: "EUR" }) { id } }',
    `mutation { updateProduct(id: "${id}", version: ${version}, input: { name: "x", price: 1, currency: "EUR" }) { id } }`,
    `mutation { publishProduct(id: "${id}", version: ${version}) { id } }`,
    `mutation { unpublishProduct(id: "${id}", version: ${version}) { id } }`,
    `mutation { deleteProduct(id: "${id}", version: ${version}) { id } }`,
  ];
  for (const call of calls) {
    const { errors } = await graphql(page, call);
    expect(errors?.[0]?.errorType, call).toBe('Unauthorized');
  }
  await graphql(boss, `mutation { deleteProduct(id: "${id}", version: ${version}) { id wasLive } }`);
});

test("nobody lists or opens another's private files, whatever the page believes", async ({ page, another }) => {
  await enter(page, await member('maria'));
  await page.goto('/files/');
  const keys: string[] = [];
  page.on('request', (request) => keys.push(decodeURIComponent(new URL(request.url()).pathname)));
  await page.locator('.amplify-fileuploader input[type=file]').setInputFiles(text('diary.txt', 'Dear diary'));
  await expect(page.getByRole('listitem').filter({ hasText: 'diary.txt' })).toBeVisible();
  const key = keys.find((path) => /^\/private\/.*diary\.txt$/.test(path)) ?? '';
  const identity = key.split('/')[2] ?? '';
  expect(identity).toMatch(/^us-east-1:[0-9a-f-]{36}$/);

  const thief = await another();
  await enter(thief, await member('mallory'));
  await pretend(thief, identity);
  const answers: number[] = [];
  thief.on('response', (response) => response.url().includes('.s3.') && answers.push(response.status()));
  await thief.goto('/files/');
  await expect(thief.getByRole('region', { name: 'Your files here' }).getByRole('alert')).toContainText('not allowed');
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((status) => status !== 403)).toEqual([]);
  await expect(thief.getByText('diary.txt')).toHaveCount(0);
});

test("nobody writes, deletes, lists or opens another's files and pictures, by any call of the client", async () => {
  const outputs = JSON.parse(await readFile(outputsFile, 'utf8'));
  const refused = (call: PromiseLike<unknown>, what: string) =>
    expect(Promise.resolve(call), what).rejects.toMatchObject({ name: 'AccessDenied' });
  let folders = { protected: '', private: '', uploads: '' };
  let sub = '';
  const own = (folder: string) => `${folder}plan.txt`;
  await asPerson(await member('maria'), outputs, async ({ remove, uploadData }) => {
    const { identityId, userSub = '' } = await fetchAuthSession();
    sub = userSub;
    folders = { protected: `protected/${identityId}/`, private: `private/${identityId}/`, uploads: `uploads/${sub}/` };
    for (const folder of Object.values(folders)) {
      await uploadData({ path: own(folder), data: 'mine' }).result;
    }
    // Nor does she take back what she has sent for a picture, or write where pictures are made.
    await refused(remove({ path: own(folders.uploads) }), 'delete an upload');
    await refused(uploadData({ path: `public/photos/${sub}/x.jpg`, data: 'x' }).result, 'write public/photos/');
  });
  const made = ['public/products/', 'public/photos/', 'drafts/', `originals/${sub}/`, 'answers/'];
  await asPerson(await member('mallory'), outputs, async ({ copy, downloadData, list, remove, uploadData }) => {
    for (const folder of [...Object.values(folders), ...made]) {
      await refused(uploadData({ path: own(folder), data: 'theirs' }).result, `write ${folder}`);
      await refused(remove({ path: own(folder) }), `delete in ${folder}`);
      await refused(list({ path: folder }), `list ${folder}`);
    }
    for (const folder of [folders.private, folders.uploads, ...made.slice(2)]) {
      await refused(downloadData({ path: own(folder) }).result, `open ${folder}`);
    }
    const { identityId } = await fetchAuthSession();
    const copied = { source: { path: own(folders.private) }, destination: { path: `private/${identityId}/stolen.txt` } };
    await refused(copy(copied), 'copy');
  });
  await asPerson(await admin(), outputs, async ({ list, remove, uploadData }) => {
    for (const folder of made) {
      await refused(uploadData({ path: own(folder), data: 'theirs' }).result, `an admin writes ${folder}`);
      await refused(remove({ path: own(folder) }), `an admin deletes in ${folder}`);
    }
    await list({ path: 'public/products/' });
  });
});

test("nobody changes or deletes another's photo or comment, or posts what another has sent", async ({ page, another }) => {
  const victim = await another();
  const [maria, mallory] = [await member('maria'), await member('mallory')];
  const outputs = JSON.parse(await readFile(outputsFile, 'utf8'));
  await enter(victim, maria);
  let imgKey = '';
  await asPerson(maria, outputs, async () => void (imgKey = await uploaded(picture().buffer)));
  const create = 'mutation($input: PhotoInput!) { createPhoto(input: $input) { id imgKey } }';
  const { id, imgKey: made } = (await graphql(victim, create, { input: { imgKey, caption: 'mine' } })).data.createPhoto;
  const comment = (await graphql(victim, `mutation { addComment(photoId: "${id}", text: "mine") { id photoId } }`)).data.addComment;

  await enter(page, mallory);
  const refused: [string, object?][] = [
    [`mutation { updatePhoto(id: "${id}", version: 1, caption: "x") { id } }`],
    [`mutation { deletePhoto(id: "${id}") { id } }`],
    [`mutation { editComment(photoId: "${id}", id: "${comment.id}", version: 1, text: "x") { id } }`],
    [`mutation { deleteComment(photoId: "${id}", id: "${comment.id}") { id } }`],
    [create, { input: { imgKey } }],
    [create, { input: { imgKey: imgKey.replace(/[^/]+$/, randomUUID()) } }],
    [create, { input: { imgKey: made } }],
  ];
  for (const [call, variables] of refused) {
    const { data, errors } = await graphql(page, call, variables);
    expect(errors?.[0]?.errorType, call).toMatch(/^(Unauthorized|BadRequest)$/);
    expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true);
  }
  const { getPhoto } = (await graphql(victim, `query { getPhoto(id: "${id}") { caption commentCount } }`)).data;
  expect(getPhoto).toEqual({ caption: 'mine', commentCount: 1 });
  await graphql(victim, `mutation { deletePhoto(id: "${id}") { id } }`);
});

test('the pages of another origin cannot use the bucket', async ({ page }) => {
  const person = await member('maria');
  await page.goto(`${foreign}/account/`);
  await page.getByLabel('User name or e-mail').fill(person.name);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('banner').getByRole('link', { name: person.name })).toBeVisible();
  await page.goto(`${foreign}/files/`);
  await expect(page.getByRole('region', { name: 'Your files here' }).getByRole('alert')).toContainText('cannot be reached');
});

test('a drawing with a script is made no picture, and at the CDN it would not run', async ({ page }) => {
  const outputs = JSON.parse(await readFile(outputsFile, 'utf8'));
  const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.documentElement.id = "ran"</script></svg>';
  const person = await member('mallory');
  const create = 'mutation($input: PhotoInput!) { createPhoto(input: $input) { id picture { renditions { url } } } }';
  const keys: string[] = [];
  // The pages would not take it: so it goes in by the client itself.
  await asPerson(person, outputs, async () => {
    keys.push(await uploaded(Buffer.from(script)), await uploaded(picture().buffer));
  });
  await enter(page, person);
  const [drawing, photo] = [
    await graphql(page, create, { input: { imgKey: keys[0] } }),
    await graphql(page, create, { input: { imgKey: keys[1] } }),
  ];
  expect(drawing.errors[0]).toMatchObject({ errorType: 'BadRequest', message: expect.stringContaining('an SVG drawing') });
  // With what the CDN says of every file, the drawing runs no script; without, it does.
  const { id, picture: { renditions: [{ url: address }] } } = photo.data.createPhoto;
  const { status, headers } = await visit(address);
  const said = ['content-security-policy', 'x-content-type-options'].map((name) => [name, headers.get(name) ?? '']);
  expect(status).toBe(200);
  const answer = { contentType: 'image/svg+xml', body: script };
  await page.route(address, (route) => route.fulfill({ ...answer, headers: Object.fromEntries(said) }));
  await page.goto(address);
  expect(await page.evaluate(() => document.documentElement.nodeName)).toBe('svg');
  expect(await page.evaluate(() => document.documentElement.id)).toBe('');
  await page.unroute(address);
  await page.route(address, (route) => route.fulfill(answer));
  await page.goto(address);
  expect(await page.evaluate(() => document.documentElement.id)).toBe('ran');
  await page.goto('/');
  await graphql(page, `mutation { deletePhoto(id: "${id}") { id } }`);
});
