import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { cognito, signedCognito } from '../seed/sandbox.mjs';
import { asPerson } from './client';
import { bridge, deployed, member, type Person } from './sandbox';
import { base, outputsFile, sandboxHTTP } from './where';

// What people stored, opened by its link over the bridge: the link is at the origin of the inbox, and must not be of it.

const script = 'document.documentElement.id = "ran"';
const html = `<!doctype html><title>Stored</title><p>Stored</p><script>${script}</script><img src="x" onerror='${script}'>`;
const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Stored</p><script>${script}</script></body></html>`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><text y="20">Stored</text><script>${script}</script></svg>`;

let owner: Person;
let region: string;
let pool: string;

test.beforeAll(async () => {
  owner = await member('maria');
  const { outputs, ...where } = await deployed();
  [region, pool] = [where.region, outputs.UserPoolId ?? ''];
});

/** Stores a file of the person's, and returns the link to it that the pages of the sandbox build give. */
async function stored(data: string, contentType: string): Promise<string> {
  let link = '';
  await asPerson(owner, JSON.parse(await readFile(outputsFile, 'utf8')), async ({ getUrl, uploadData }) => {
    const path = ({ identityId }: { identityId?: string }) => `private/${identityId}/${randomUUID()}`;
    const { path: key } = await uploadData({ path, data, options: { contentType } }).result;
    link = (await getUrl({ path: key })).url.href;
  });
  return bridge(link);
}

/** What a script on the page gets when it reads the inbox, and when it makes somebody an admin with the key everyone knows. */
async function attempt(page: Page, victim: Person) {
  const input = { UserPoolId: pool, Username: victim.name, GroupName: 'Admins' };
  const { headers, body } = signedCognito(sandboxHTTP, region, 'AdminAddUserToGroup', input);
  const { host: _, ...sent } = headers;
  return page.evaluate(
    async ([address, headers, body]) => {
      const status = (call: Promise<Response>) => call.then((response) => response.status).catch(() => 0);
      return {
        origin: self.origin,
        inbox: await status(fetch(`http://${address}/_lightbox/mail`, { headers: { accept: 'application/json' } })),
        admin: await status(fetch(`http://${address}/`, { method: 'POST', headers, body })),
      };
    },
    [sandboxHTTP, sent, body] as const,
  );
}

const groups = async (person: Person): Promise<string[]> => {
  const { Groups } = await cognito(sandboxHTTP, region, 'AdminListGroupsForUser', { UserPoolId: pool, Username: person.name });
  return Groups.map(({ GroupName }: { GroupName: string }) => GroupName);
};

for (const [name, data, type] of [
  ['an HTML file', html, 'text/html'],
  ['an XHTML file', xhtml, 'application/xhtml+xml'],
  ['a drawing', svg, 'image/svg+xml'],
  ['a drawing as XML', svg, 'application/xml'],
] as const) {
  test(`${name} that is opened by its link runs no script, reads no inbox and makes nobody an admin`, async ({ page }) => {
    const link = await stored(data, type);
    const answer = await page.goto(link);
    expect(answer?.status()).toBe(200);
    await expect(page.getByText('Stored', { exact: true })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.id)).toBe('');
    // And if it ran one, as it may when somebody allows it:
    expect(await attempt(page, owner)).toEqual({ origin: 'null', inbox: 0, admin: 0 });
    expect(await groups(owner)).toEqual([]);
    // Without what the bridge says of it, the same file does run its script, and it could do all of that.
    const victim = await member('ann');
    await page.route(link, (route) => route.fulfill({ contentType: type, body: data }));
    await page.goto(link);
    await expect.poll(() => page.evaluate(() => document.documentElement.id)).toBe('ran');
    expect(await attempt(page, victim)).toEqual({ origin: `http://${sandboxHTTP}`, inbox: 200, admin: 200 });
    expect(await groups(victim)).toEqual(['Admins']);
  });
}

test('what is stored can neither register a worker, send a form nor reach the page that opened it', async ({ page }) => {
  const [link, worker] = [await stored(html, 'text/html'), await stored('self.ran = true', 'text/javascript')];
  await page.goto(base);
  const opened = page.waitForEvent('popup');
  await page.evaluate((link) => void window.open(link), link);
  const popup = await opened;
  await expect(popup.getByText('Stored', { exact: true })).toBeVisible();
  const got = await popup.evaluate(async (worker) => {
    const result = async (attempt: () => unknown) => {
      try {
        return String(await attempt());
      } catch (error) {
        return (error as Error).name;
      }
    };
    return {
      worker: await result(() => navigator.serviceWorker.register(worker)),
      cookie: await result(() => document.cookie),
      storage: await result(() => localStorage.length),
      opener: await result(() => window.opener.document),
    };
  }, worker);
  expect(got).toEqual({ worker: 'SecurityError', cookie: 'SecurityError', storage: 'SecurityError', opener: 'SecurityError' });

  const requests: string[] = [];
  popup.on('request', (request) => requests.push(request.method()));
  await popup.evaluate(() => {
    const form = document.body.appendChild(document.createElement('form'));
    [form.method, form.action] = ['post', '/?Action=DescribeStacks'];
    form.submit();
    try {
      window.opener.location = 'about:blank';
    } catch {
      // as it should
    }
  });
  await popup.evaluate(() => fetch('/').catch(() => undefined)); // comes after whatever the form would have sent
  expect(requests).toEqual(['GET']);
  expect(page.url()).toBe(`${base}/`);
});

test('the inbox takes no script of what is stored, and no script of a name', async ({ page }) => {
  const link = await stored(script, 'text/javascript');
  const name = `<img/src="x"onerror='${script.replaceAll(' ', '')}'>${randomUUID()}`;
  const { outputs } = await deployed();
  await cognito(sandboxHTTP, region, 'SignUp', {
    ClientId: outputs.UserPoolClientId, Username: name, Password: `Pw-${randomUUID()}-A1!`, UserAttributes: [{ Name: 'email', Value: `${randomUUID()}@example.com` }],
  });
  await page.goto(`http://${sandboxHTTP}/_lightbox/mail`);
  await expect(page.getByText(name)).toBeVisible();
  const got = await page.evaluate(async (link) => {
    const tag = Object.assign(document.createElement('script'), { src: link });
    const loaded = await new Promise((done) => {
      [tag.onload, tag.onerror] = [() => done('loaded'), () => done('refused')];
      document.body.append(tag);
    });
    const worker = await navigator.serviceWorker.register(link).then(() => 'registered', () => 'refused');
    return { loaded, worker, id: document.documentElement.id };
  }, link);
  expect(got).toEqual({ loaded: 'refused', worker: 'refused', id: '' });
  // Control: the name is that of a script, where a page takes it for HTML.
  await page.goto('about:blank');
  await page.setContent(name);
  await expect.poll(() => page.evaluate(() => document.documentElement.id)).toBe('ran');
});
