import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Page } from 'playwright'
import type { BenchOptions, BenchResult } from './result.ts'

/**
 * From the command that makes the supply of the simulated depot dip to the alarm on the screen: samples of the front end, analysis, fold,
 * link and browser, each in a process of its own. The time of the command is before the first low sample, so this is an upper bound.
 * Needs a build and Chromium.
 */
const root = join(import.meta.dirname, '..', '..')
const [few, many] = [40, 200]
const dipMs = 300
/** Between the end of one and the next: it must have left the list of what is active. */
const restMs = 1700

interface Simulator {
  readonly site: string
  readonly control: { readonly host: string; readonly port: number; readonly token: string }
}

const firstLine = <T>(child: ChildProcess, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`${what} ended with code ${String(code)}; run "npm run build" first`)),
    )
    if (child.stdout === null) throw new Error(`${what} has no output`)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as T)
    })
  })

const makeDip = ({ control }: Simulator): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(control.port, control.host)
    socket.on('error', reject)
    createInterface({ input: socket }).once('line', (line) => {
      socket.destroy()
      const answer = JSON.parse(line) as { readonly ok: boolean; readonly message?: string }
      if (answer.ok) resolve()
      else reject(new Error(`the simulated site made no dip: ${answer.message ?? 'no reason given'}`))
    })
    const command = { command: 'fault', name: 'dip', target: '', on: true, options: { depth: 40, ms: dipMs } }
    socket.write(`${JSON.stringify({ token: control.token, ...command })}\n`)
  })

/** Resolves with the time (epoch ms) at which the active alarms show a sampled dip; null: not within five seconds. */
const whenShown = (page: Page): Promise<number | null> =>
  page.evaluate(
    () =>
      new Promise<number | null>((resolve) => {
        const isShown = () =>
          document.querySelector('[aria-label="Active alarms"]')?.textContent.includes('Voltage dip at') === true
        const end = (at: number | null) => {
          observer.disconnect()
          clearTimeout(timer)
          resolve(at)
        }
        const observer = new MutationObserver(() => {
          if (isShown()) end(Date.now())
        })
        const timer = setTimeout(() => end(null), 5000)
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      }),
  )

const measure = async (page: Page, simulator: Simulator, count: number): Promise<readonly (number | null)[]> => {
  const delays: (number | null)[] = []
  for (let done = 0; done < count; done += 1) {
    const shown = whenShown(page)
    // The watcher must be in the page before the dip begins.
    await page.evaluate(() => undefined)
    const commandedMs = Date.now()
    await makeDip(simulator)
    const atMs = await shown
    delays.push(atMs === null ? null : atMs - commandedMs)
    await page.waitForTimeout(dipMs + restMs)
  }
  return delays
}

const ended = (child: ChildProcess | null): Promise<void> =>
  new Promise((resolve) => {
    if (child === null || child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })

const browserArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const simulated = spawn(process.execPath, [join(root, 'dist/simulator/main.js'), '--seed', '7'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: browserArguments,
  })
  let host: ChildProcess | null = null
  try {
    const simulator = await firstLine<Simulator>(simulated, 'the simulated site')
    host = spawn(
      process.execPath,
      [
        join(root, 'dist/host-node/main.js'),
        '--json',
        ...['--data', mkdtempSync(join(tmpdir(), 'tripscope-bench-')), '--site', simulator.site],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const { url } = await firstLine<{ readonly url: string }>(host, 'the host')
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
    await page.goto(url)
    await page.waitForFunction(() => sessionStorage.getItem('tripscope.token') !== null)
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Alarms' }).click()
    await page.waitForTimeout(5000)
    const delays = await measure(page, simulator, isLong ? many : few)
    const seen = delays.filter((delay) => delay !== null).sort((one, other) => one - other)
    const at = (share: number) => seen[Math.min(seen.length - 1, Math.ceil(share * seen.length) - 1)] ?? NaN
    const lost = delays.length - seen.length
    return {
      name: `A sampled dip, ${delays.length} times: from the command that makes it to the alarm in the browser`,
      results: [
        { label: 'median', value: at(0.5), unit: 'ms', target: 'part of it', met: true },
        { label: 'p99', value: at(0.99), unit: 'ms', target: 'under 250 ms', met: at(0.99) < 250 },
        { label: 'never shown', value: lost, unit: '', target: '0', met: lost === 0 },
      ],
    }
  } finally {
    // The host first, or it would complain of every device that goes.
    await ended(host)
    simulated.stdin.end()
    await browser.close()
  }
}
