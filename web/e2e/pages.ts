import { readFile } from 'node:fs/promises';
import { test as base, type BrowserContext, expect, type Page } from '@playwright/test';
import { sessionOf } from './client';
import type { Person } from './sandbox';
import { outputsFile } from './where';

export { expect };

/** What a test has that CI leaves to `make soak`: another like it runs there. */
export const long = { tag: '@long' };

type Fixtures = {
  /** What any page of the test said to the console and should not have. It must be empty at the end. */
  complaints: string[];
  /** Another browser, which shares nothing with the first. */
  another: () => Promise<Page>;
};

/** A test whose pages are watched: no error of a script, no breach of the policy, no token in the console. */
export const test = base.extend<Fixtures>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      listen(context, complaints);
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
  another: async ({ browser, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      opened.push(context);
      listen(context, complaints);
      return context.newPage();
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});

function listen(context: BrowserContext, complaints: string[]) {
  context.on('weberror', (error) => complaints.push(`error: ${error.error().message}`));
  context.on('console', (message) => {
    const text = message.text();
    // The trace of a test reads what a page could not open as a picture, from nowhere in the page.
    const traced = text.startsWith("Connecting to 'blob:") && message.location().url === '';
    if (!traced && /Content Security Policy|eyJ[\w-]{20,}|hydrat/i.test(text)) {
      complaints.push(`${message.type()}: ${text.slice(0, 300)}`);
    }
  });
}

/**
 * Has somebody signed in before a page is opened, by what Amplify's client keeps of it: for tests of what comes after. It costs a
 * tenth of the form, which the tests of accounts use.
 */
export async function enter(page: Page, person: Person) {
  const session = await sessionOf(person, JSON.parse(await readFile(outputsFile, 'utf8')));
  await page.goto('/amplify_outputs.json'); // of the pages' origin, and without a script
  await page.evaluate((session) => Object.entries(session).forEach(([key, value]) => localStorage.setItem(key, value)), session);
}

/** Signs somebody in on the account page, and waits until the header has the name. */
export async function signIn(page: Page, person: Person, as = person.name) {
  await page.goto('/account/');
  await page.getByLabel('User name or e-mail').fill(as);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await signedIn(page, person);
}

/** Waits until the header has the person's name. */
export async function signedIn(page: Page, person: Person) {
  await expect(page.getByRole('banner').getByRole('link', { name: `Your account: ${person.name}` })).toBeVisible();
}

/** What the API answers to a call that the page's scripts did not make, as whoever is signed in there. */
export async function graphql(page: Page, query: string, variables: object = {}) {
  return page.evaluate(
    async ([query, variables]) => {
      const { data: api } = await (await fetch('/amplify_outputs.json')).json();
      const key = Object.keys(localStorage).find((name) => name.endsWith('.accessToken')) ?? '';
      const response = await fetch(api.url, {
        method: 'POST',
        headers: { authorization: localStorage.getItem(key) ?? '', 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    [query, variables] as const,
  );
}
