// Playwright's test, with a sandbox for each worker that every test finds as it was.
import { expect, test as plain } from '@playwright/test';
import { start } from './sandbox.mjs';

const beginning = 'beginning';

export { expect };

export const test = plain.extend({
  lightboxArgs: [[], { option: true, scope: 'worker' }],
  lightboxState: [beginning, { option: true }],

  lightbox: [
    async ({ lightboxArgs }, use) => {
      const lightbox = await start({ args: lightboxArgs });
      try {
        await lightbox.save(beginning);
        await use(lightbox);
      } finally {
        await lightbox.stop();
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  launchOptions: [
    async ({ launchOptions, browserName, lightbox }, use) => {
      const args = browserName === 'chromium' ? lightbox.chromium : [];
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...args] });
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ baseURL, lightbox }, use) => use(baseURL ?? lightbox.pages),

  lightboxRestored: [
    async ({ lightbox, lightboxState }, use) => {
      await lightbox.load(lightboxState);
      await use();
    },
    { auto: true },
  ],
});
