import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// Drives the production build in Chromium as the stack Site serves it: `go test ./cmd/lightbox -run inChromium -args -chromium`
// starts what it runs against, and says where that is.
export default defineConfig({
  ...base,
  testDir: 'e2e/site',
  testMatch: 'site.ts',
  projects: undefined,
  globalSetup: undefined,
  webServer: undefined,
  outputDir: 'e2e/results/site',
});
