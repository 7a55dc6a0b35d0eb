import { defineConfig } from 'vitest/config';

const onePassOnly = { pool: 'forks' as const, testTimeout: 30_000, hookTimeout: 60_000 };

/** CI shares its cores with others: what waits for real processes may lose a race once. Which did is told at the end. */
const retry = Number(process.env['VIOFOSYNC_TEST_RETRIES'] ?? 0);

export default defineConfig({
  test: {
    // CI has two cores; vitest's own choice would leave one of them idle.
    maxWorkers: 2,
    projects: [
      {
        test: { ...onePassOnly, name: 'unit', include: ['src/**/*.test.{ts,tsx}', 'simulator/**/*.test.ts'] },
      },
      {
        test: {
          ...onePassOnly,
          name: 'integration',
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
          retry,
        },
      },
      {
        test: {
          ...onePassOnly,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 120_000,
          // A browser that draws without a graphics card shares two cores with another: once more, before it counts.
          retry: 1,
        },
      },
    ],
  },
});
