import { defineConfig } from 'playwright/test'
import type { HostOptions } from './fixtures/host.ts'

/**
 * What the shell has a part in: its window, preload, IPC, files in and out, and one way through every pillar. The rest looks at the page
 * alone, which is the same in both hosts; it runs in Chromium, and in Electron with `--project=electron-all`.
 */
const throughTheShell = [
  'alarms',
  'control',
  'desktop',
  'faults',
  'live',
  'new-site',
  'overview',
  'own-simulation',
  'recording',
  'snapshot',
  'trips',
  'wave-files',
  'waves',
].map((name) => `${name}.spec.ts`)
/** Run in both hosts by `npm test`: the way of a value, and of a file. */
const inBoth = new Set(['live.spec.ts', 'snapshot.spec.ts'])

/** The same specs in both hosts; `npm run build` comes first (npm test does it). */
export default defineConfig<HostOptions>({
  testDir: 'specs',
  outputDir: '../test-results',
  // Every worker runs a host, a simulator and a browser; two cores carry two of them.
  workers: 2,
  fullyParallel: false,
  // The specs of a worker share a site; a second try has one of its own. npm test names every spec that needed it.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 60_000,
  // The slowest thing the screen waits for is a meter declared silent and its finding: a few seconds.
  expect: { timeout: 15_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : [['list']],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    { name: 'chromium', use: { host: 'browser' } },
    {
      name: 'chromium-beside',
      testIgnore: throughTheShell.filter((name) => !inBoth.has(name)),
      use: { host: 'browser' },
    },
    // The desktop way listens on no port, so who may connect to one is no question there.
    { name: 'electron', testMatch: throughTheShell, use: { host: 'electron' } },
    { name: 'electron-all', testIgnore: 'browser-way.spec.ts', use: { host: 'electron' } },
  ],
})
