import { execFile } from 'node:child_process'
import { bin, root, run } from './project.ts'

/** The formatter's layout, ESLint, then the layer rules. A layer check that read no modules passes every rule, so what it read is counted. */
const fewestModules = 100

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { from: string; to: string; rule: { name: string; severity: string } }[]
  }
}

const cruise = (): Promise<Cruise> =>
  new Promise((resolve, reject) => {
    execFile(
      bin('depcruise'),
      ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'shared', 'electron', 'renderer'],
      { cwd: root, maxBuffer: 256 << 20, shell: process.platform === 'win32' },
      (error, output) => {
        // It exits non-zero on a violation too; the violations are in its output.
        try {
          resolve(JSON.parse(output) as Cruise)
        } catch {
          reject(error ?? new Error('dependency-cruiser printed no JSON'))
        }
      },
    )
  })

let failed = (await run(bin('prettier'), ['--check', '--log-level', 'warn', '.'])) !== 0
if (failed) process.stderr.write('"npm run format" lays these files out.\n')
if ((await run(bin('eslint'), ['.', '--max-warnings', '0'])) !== 0) failed = true
const { summary } = await cruise()
for (const { from, to, rule } of summary.violations)
  process.stderr.write(`${rule.severity} ${rule.name}: ${from} -> ${to}\n`)
if (summary.violations.some((violation) => violation.rule.severity === 'error')) failed = true
if (summary.totalCruised < fewestModules) {
  process.stderr.write(
    `dependency-cruiser read only ${summary.totalCruised} modules, expected at least ${fewestModules}: the layer check saw nothing\n`,
  )
  failed = true
}
if (!failed) process.stderr.write(`Lint is clean; ${summary.totalCruised} modules keep to their layers.\n`)
process.exitCode = failed ? 1 : 0
