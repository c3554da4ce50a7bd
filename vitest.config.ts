import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}'],
    // Two cores are the machine we promise to work on; peers on real ports need the time.
    testTimeout: 90_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // One more than there are cores: many wait for ports and clocks.
    maxWorkers: 3,
    passWithNoTests: false,
  },
})
