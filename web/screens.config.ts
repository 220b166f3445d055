import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// Takes the pictures in docs/screens of a sandbox that was filled by seed/seed.mjs: `npm run screens`.
export default defineConfig({
  ...base,
  testDir: 'e2e/screens',
  testMatch: 'screens.ts',
  globalTeardown: './e2e/screens/overview.ts',
  outputDir: 'e2e/results/screens',
  timeout: 120_000,
});
