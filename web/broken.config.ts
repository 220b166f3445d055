import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// What e2e/broken/broken.mjs runs: the same tests, on a deployment with a fault that was filled before it had one.
export default defineConfig({
  ...base,
  globalSetup: undefined,
  outputDir: 'e2e/results/broken',
  workers: 1,
  timeout: 45_000,
  expect: { timeout: 5_000 },
  reporter: [['json']],
  use: { ...base.use, trace: 'off' },
});
