import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright'
import type { BenchResult } from './result.ts'

/**
 * The browser way as a person meets it: from starting the host to the first live value on the screen, then a meter's live
 * page for ten seconds, with the frames it drew and the delay of the host's event loop meanwhile. Needs a build and Chromium.
 */
const root = join(import.meta.dirname, '..', '..')
const watchedMs = 10_000

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-'))
  const delayFile = join(folder, 'loop-delay.json')
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  const startedMs = performance.now()
  const host = spawn(
    process.execPath,
    [
      '--import',
      join(import.meta.dirname, 'loop-delay.ts'),
      join(root, 'dist', 'host-node', 'main.js'),
      '--json',
      '--data',
      folder,
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LOOP_DELAY_FILE: delayFile },
    },
  )
  try {
    const url = await new Promise<string>((resolve, reject) => {
      host.once('exit', (code) => reject(new Error(`the host ended with code ${code}; run "npm run build" first`)))
      createInterface({ input: host.stdout }).on('line', (line) => {
        if (line.startsWith('{')) resolve((JSON.parse(line) as { url: string }).url)
      })
    })
    const readyMs = performance.now()
    await page.goto(url)
    // A live value is a number with its unit amperes in the diagram.
    await page
      .getByText(/\d+(\.\d+)? ?A\b/)
      .first()
      .waitFor({ timeout: 30_000 })
    const firstValueMs = performance.now()
    await page.goto(`${url.split('#')[0] ?? ''}#/meters`)
    await page.locator('a[href^="#/meters/"]').first().click()
    await page.locator('canvas').first().waitFor({ timeout: 30_000 })
    await page.waitForTimeout(5000)
    const frames = await page.evaluate(
      (forMs: number) =>
        new Promise<{ perSecond: number; p99Ms: number }>((resolve) => {
          const gaps: number[] = []
          const begin = performance.now()
          let last = begin
          const tick = (now: number) => {
            gaps.push(now - last)
            last = now
            if (now - begin < forMs) requestAnimationFrame(tick)
            else {
              gaps.sort((a, b) => a - b)
              resolve({
                perSecond: (gaps.length / (now - begin)) * 1000,
                p99Ms: gaps[Math.floor(gaps.length * 0.99)] ?? 0,
              })
            }
          }
          requestAnimationFrame(tick)
        }),
      watchedMs,
    )
    host.kill('SIGTERM')
    await new Promise((resolve) => host.once('exit', resolve))
    const delay = JSON.parse(readFileSync(delayFile, 'utf8')) as { p99Ms: number; maxMs: number }
    const toFirst = (firstValueMs - startedMs) / 1000
    return {
      name: 'The screen, in the browser way on the simulated depot',
      results: [
        {
          label: 'start to the first live value on the screen',
          value: toFirst,
          unit: 's',
          target: 'under 2 s',
          met: toFirst < 2,
        },
        {
          label: '  of it until the host is ready',
          value: (readyMs - startedMs) / 1000,
          unit: 's',
          target: 'part of it',
          met: true,
        },
        {
          label: 'frames a second on the live page',
          value: frames.perSecond,
          unit: '/s',
          target: '60',
          met: frames.perSecond > 58,
        },
        { label: 'p99 between frames', value: frames.p99Ms, unit: 'ms', target: 'under 34 ms', met: frames.p99Ms < 34 },
        {
          label: 'host event loop delay, p99',
          value: delay.p99Ms,
          unit: 'ms',
          target: 'under 20 ms',
          met: delay.p99Ms < 20,
        },
        { label: 'host event loop delay, worst', value: delay.maxMs, unit: 'ms', target: 'told, no target', met: true },
      ],
    }
  } finally {
    if (host.exitCode === null) host.kill('SIGKILL')
    await browser.close()
  }
}
