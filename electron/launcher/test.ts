import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedElectron } from './electron-runtime.ts'
import { bin, findProgram, hasDisplay, isRoot, root, run, typeChecker } from './project.ts'
import { secondTries, type PlaywrightReport } from './playwright-report.ts'
import { chromiumProgram, ensurePeers } from './test-peers.ts'

/** `npm test`: everything, in the order in which it fails fastest. The last line counts. */
const totals = { passed: 0, failed: 0, skipped: 0 }
/** What must not be missed beside the count: suites that could not run, specs that needed a second try. */
const toTell: string[] = []
const results = mkdtempSync(join(tmpdir(), 'tripscope-test-'))
const say = (text: string) => process.stderr.write(`${text}\n`)
const heading = (text: string) => say(`\n=== ${text}`)

const count = (passed: boolean) => {
  totals[passed ? 'passed' : 'failed'] += 1
}

/** A step without tests of its own counts as one. */
const step = async (name: string, command: string, args: readonly string[]): Promise<boolean> => {
  heading(name)
  const passed = (await run(command, args)) === 0
  if (!passed) say(`${name} failed.`)
  count(passed)
  return passed
}
const script = (name: string) => [join(root, 'electron', 'launcher', 'run.mjs'), name]

const readReport = <T>(file: string): T | null => {
  try {
    return JSON.parse(readFileSync(join(results, file), 'utf8')) as T
  } catch {
    return null
  }
}

const unitTests = async () => {
  heading('unit, property, golden and peer tests')
  const code = await run(bin('vitest'), [
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${join(results, 'unit.json')}`,
  ])
  const report = readReport<{
    numPassedTests: number
    numFailedTests: number
    numPendingTests: number
    numFailedTestSuites: number
  }>('unit.json')
  if (!report || report.numPassedTests + report.numFailedTests === 0) {
    say('The unit tests did not run.')
    return count(false)
  }
  totals.passed += report.numPassedTests
  totals.skipped += report.numPendingTests
  totals.failed += report.numFailedTests
  // A file that can't be loaded, or an error outside any test, fails the run without a failed test.
  if (code !== 0 && report.numFailedTests === 0) totals.failed += Math.max(1, report.numFailedTestSuites)
}

const endToEnd = async (project: 'chromium' | 'chromium-beside' | 'electron', around: readonly string[]) => {
  heading(`end to end in ${project === 'electron' ? 'Electron' : 'Chromium'}`)
  const [command, ...rest] = [
    ...around,
    bin('playwright'),
    'test',
    '--config',
    'e2e/playwright.config.ts',
    `--project=${project}`,
  ]
  const file = join(results, `${project}.json`)
  const code = await run(command ?? '', rest, { env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file } })
  const report = readReport<PlaywrightReport>(`${project}.json`)
  if (!report || report.stats.expected + report.stats.unexpected + report.stats.flaky === 0) {
    say(`No end-to-end test ran in ${project}.`)
    return count(false)
  }
  const { expected, unexpected, flaky, skipped } = report.stats
  totals.passed += expected + flaky
  totals.failed += unexpected
  for (const title of secondTries(report.suites))
    toTell.push(`Passed only at the second try, on a site of its own (look at its trace in test-results): ${title}`)
  totals.skipped += skipped
  if (code !== 0 && unexpected === 0) count(false)
}

/** Xvfb where there is no display, and a network of its own (loopback only) where we may make one: the test runtime is an old one. */
const aroundElectron = (): readonly string[] | null => {
  const alone =
    process.platform === 'linux' && isRoot() && findProgram('unshare') && findProgram('ip')
      ? ['unshare', '-n', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh']
      : []
  if (hasDisplay()) return alone
  return findProgram('xvfb-run') ? [...alone, 'xvfb-run', '-a'] : null
}

/** What Electron's specs run in, or why they can't. */
const electronWay = (): { readonly around: readonly string[] } | { readonly why: string } => {
  const runtime = installedElectron()
  if (!runtime.ok)
    return {
      why: `end to end in Electron was NOT run: ${runtime.why} (npm start fetches it, or set ELECTRON_OVERRIDE_DIST_PATH)`,
    }
  const around = aroundElectron()
  return around === null
    ? {
        why: 'end to end in Electron was NOT run: there is no display and no xvfb-run (sudo apt-get install xvfb xauth)',
      }
    : { around }
}

const peersAreHere = await ensurePeers()
if (!peersAreHere) count(false)
const typesAndLint = async () => {
  await step('types', process.execPath, [typeChecker, '-b'])
  await step('lint and layers', process.execPath, script('lint'))
}
// The unit tests wait half of their time for real ports: types and lint have the other half of the machine.
await Promise.all([typesAndLint(), unitTests()])
if (await step('build', process.execPath, script('build'))) {
  const electron = electronWay()
  if (chromiumProgram() === null) toTell.push('end to end in Chromium was NOT run: there is no Chromium')
  // Every spec runs at least once: what the shell has a part in runs there, where there is one.
  else await endToEnd('why' in electron ? 'chromium' : 'chromium-beside', [])
  if ('why' in electron) toTell.push(electron.why)
  else await endToEnd('electron', electron.around)
}
rmSync(results, { recursive: true, force: true })

for (const line of toTell) say(`\n!!! ${line}`)
process.stdout.write(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}\n`,
)
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0
