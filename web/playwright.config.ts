import { defineConfig } from '@playwright/test';
import { args, executable } from './e2e/chromium';
import { base, outputsFile, pagesPort } from './e2e/where';

const measured = ['budget.spec.ts', 'sizes.spec.ts', 'still.spec.ts'];

// Drives the production build in Chromium against a running sandbox: e2e/where.ts says what tells them where that is.
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/seeded.ts',
  outputDir: 'e2e/results',
  fullyParallel: true,
  // By the command line it would hold for the last project alone, and not for what that depends on.
  grepInvert: process.env.LIGHTBOX_SHORT ? /@long/ : undefined,
  // Pages are measured when nobody publishes or removes any more: what arrives live moves what stands below it, and of what is
  // removed no picture loads.
  projects: [
    { name: 'pages', testIgnore: measured },
    { name: 'measured', testMatch: measured, dependencies: ['pages'] },
  ],
  workers: 3,
  // Long, for a machine that does other things besides: what is there sooner is not waited for.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  webServer: {
    command: `node tools/serve.mjs out ${pagesPort} ${outputsFile}`,
    url: `http://127.0.0.1:${pagesPort}/`,
    reuseExistingServer: false,
  },
  use: {
    baseURL: base,
    actionTimeout: 30_000,
    // With the page at each step, and without a film of it: drawing that took a third of all the time.
    trace: { mode: 'retain-on-failure', screenshots: false },
    ignoreHTTPSErrors: true,
    locale: 'en-US',
    launchOptions: { executablePath: await executable(), args: args() },
  },
});
