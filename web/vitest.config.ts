import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: { include: ['lib/**/*.test.ts', 'tools/**/*.test.ts', 'sandbox/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
