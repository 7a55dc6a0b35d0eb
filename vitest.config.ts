import { defineConfig } from 'vitest/config';

const onePassOnly = { pool: 'forks' as const, testTimeout: 30_000, hookTimeout: 60_000 };

/**
 * CI has two cores; vitest's own choice would leave one of them idle. What waits for cameras, files and processes
 * leaves room for a third; browsers do not, and have the machine to themselves.
 */
const first = { maxWorkers: 3, sequence: { groupOrder: 0 } };
const afterwards = { maxWorkers: 2, sequence: { groupOrder: 1 } };

/** CI shares its cores with others: what waits for real processes may lose a race once. Which did is told at the end. */
const retry = Number(process.env['VIOFOSYNC_TEST_RETRIES'] ?? 0);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...onePassOnly,
          ...first,
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', 'simulator/**/*.test.ts'],
        },
      },
      {
        test: {
          ...onePassOnly,
          ...first,
          name: 'integration',
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
          retry,
        },
      },
      {
        test: {
          ...onePassOnly,
          ...afterwards,
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
