import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { findings } from './axe';
import { consolePages, widths } from './console';
import { expect, long, test } from './pages';
import { bridge, deployed, member, somebody } from './sandbox';
import { sandboxHTTP } from './where';
import { cognito } from '../seed/sandbox.mjs';

// The sandbox's own pages, below /_lightbox/.

const at = (path: string) => `http://${sandboxHTTP}/_lightbox/${path}`;

/** Asks for a file that guests may not have, and answers its name. */
async function denied(): Promise<string> {
  const { outputs } = await deployed();
  const name = randomUUID();
  const answer = await fetch(bridge(`https://${outputs.BucketName}.s3.us-east-1.amazonaws.com/private/${name}`));
  expect(answer.status).toBe(403);
  return name;
}

const wider = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Targets that a finger misses: lower than 44 pixels, but for links in a text. */
const small = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main button, main select, main input:not([type=checkbox]), nav.bottom > *')]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44 && !one.closest('.copy-line, .code') && !one.matches('.link'))
      .map((one) => `${one.outerHTML.slice(0, 120)} ${one.getBoundingClientRect().height}`),
  );

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of widths) {
    // A phone has the least room, and the dark scheme the colours that are looked at least.
    const short = colorScheme === 'dark' && width === 390;
    test.describe(`${colorScheme}, ${width} wide`, short ? {} : long, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test('pages of the console have no serious finding and are not wider than the screen', async ({ page }) => {
        await member('console');
        const name = await denied();
        for (const { path, heading, shows } of consolePages.filter(({ seldom }) => !short || !seldom)) {
          await page.goto(at(path));
          await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
          await expect(page.locator('main').locator(shows).first()).toBeVisible();
          expect(await findings(page), path).toEqual([]);
          expect(await wider(page), path).toBeLessThanOrEqual(0);
          if (width === 390) {
            expect(await small(page), path).toEqual([]);
          }
        }
        await page.goto(at(`requests?find=${name}`));
        await page.locator('a.call').first().click();
        await expect(page.getByRole('dialog').getByText('no statement allows it').first()).toBeVisible();
        expect(await findings(page), 'a call').toEqual([]);
        expect(await wider(page), 'a call').toBeLessThanOrEqual(0);
      });
    });
  }
}

test('a denied call says of each statement what does not match, and goes to curl without its secrets', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://${sandboxHTTP}` });
  const { region, outputs } = await deployed();
  await page.goto(at('requests?show=denied'));
  await expect(page.getByRole('heading', { name: 'Requests' })).toBeVisible();
  const name = await denied(); // it arrives by itself
  await page.getByRole('searchbox', { name: 'Filter by words' }).fill(name);
  await page.locator('a.call').click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('heading', { name: 'GetObject' })).toBeVisible();
  await expect(drawer.getByText('no statement allows it')).toBeVisible();
  const statement = drawer.getByText(/^statement 1 of the policy of bucket/);
  await statement.click();
  await expect(drawer.getByText(/its Condition does not match: Bool aws:SecureTransport/)).toBeVisible();
  await drawer.getByRole('tab', { name: 'Answer' }).click();
  await expect(drawer.getByText('AccessDenied').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);

  const person = somebody('zoe');
  await cognito(sandboxHTTP, region, 'SignUp', {
    ClientId: outputs.UserPoolClientId, Username: person.name, Password: person.password, UserAttributes: [{ Name: 'email', Value: person.email }],
  });
  await page.goto(at('requests?find=SignUp'));
  await page.locator('a.call').first().click();
  await drawer.getByRole('button', { name: 'Copy as curl' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain("curl 'http");
  expect(command).toContain('X-Amz-Target: AWSCognitoIdentityProviderService.SignUp');
  expect(command).toContain('[hidden]');
  expect(command).not.toContain(person.password);
});

test('the console is used by keyboard', async ({ page }) => {
  await denied();
  await page.goto(at(''));
  await expect(page.locator('.stack-line').first()).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { level: 1, name: 'Requests' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Sandbox' }).getByRole('link', { name: 'Requests' })).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('a.call').first()).toBeVisible();
  await page.getByRole('button', { name: 'Live' }).click(); // so that nothing comes between
  await page.keyboard.press('/');
  await page.keyboard.type('GetObject');
  await page.keyboard.press('Tab');
  await page.keyboard.press('j');
  const row = page.locator('[data-row]').first();
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(row).toBeFocused();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('acc');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Access' })).toBeVisible();
  await page.getByRole('link', { name: /^Guest, public\/products\/: get/ }).press('Enter');
  await expect(page.getByRole('dialog').getByText('statement').first()).toBeVisible();
});

test('mail arrives in the inbox by itself, and its code is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://${sandboxHTTP}` });
  await page.goto(at('mail'));
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible();
  const { region, outputs } = await deployed();
  const person = somebody('mia');
  await cognito(sandboxHTTP, region, 'SignUp', {
    ClientId: outputs.UserPoolClientId, Username: person.name, Password: person.password, UserAttributes: [{ Name: 'email', Value: person.email }],
  });
  const letter = page.getByRole('listitem').filter({ hasText: person.email });
  await expect(letter).toBeVisible();
  await letter.getByRole('button', { name: 'Copy the code' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^\d{6}$/);
});
