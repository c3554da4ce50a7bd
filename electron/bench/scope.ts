import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { siteDataFolder } from '../io/data-folder.ts'
import { openStore } from '../io/store/open-store.ts'
import { startSimulation, startServed } from './served-site.ts'
import type { BenchFigure, BenchResult } from './result.ts'

/**
 * Charts that must not stutter, in Chromium without a screen: the scope on the front end of the simulated depot while its samples are
 * analysed, and the ITIC plot of ten thousand dips while it is dragged. Needs a build and Chromium.
 */
const watchedMs = 8000
const eventCount = 10_000
const quiet = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }

interface Frames {
  readonly perSecond: number
  readonly p99Ms: number
  /** Times a plot was drawn anew, a second. */
  readonly drawnPerSecond: number
}

/** Frames of the page for some seconds, and how often a canvas was cleared to be drawn, which every plot does once a drawing. */
const framesOf = (page: Page, forMs: number): Promise<Frames> =>
  page.evaluate(
    (ms) =>
      new Promise<Frames>((resolve) => {
        const gaps: number[] = []
        const begin = performance.now()
        let [last, drawn] = [begin, 0]
        const prototype = CanvasRenderingContext2D.prototype
        const clear = prototype.clearRect
        prototype.clearRect = function (...args) {
          drawn += 1
          clear.apply(this, args)
        }
        const tick = (now: number) => {
          gaps.push(now - last)
          last = now
          if (now - begin < ms) return requestAnimationFrame(tick)
          prototype.clearRect = clear
          gaps.sort((one, other) => one - other)
          const seconds = (now - begin) / 1000
          resolve({
            perSecond: gaps.length / seconds,
            p99Ms: gaps[Math.floor(gaps.length * 0.99)] ?? 0,
            drawnPerSecond: drawn / seconds,
          })
          return undefined
        }
        requestAnimationFrame(tick)
      }),
    forMs,
  )

const figuresOf = (what: string, frames: Frames, idle: Frames): readonly BenchFigure[] => [
  {
    label: `${what}: frames a second`,
    value: frames.perSecond,
    unit: '/s',
    target: '60',
    met: frames.perSecond > 58,
  },
  {
    label: '  of those of an empty page on this machine',
    value: frames.perSecond / idle.perSecond,
    unit: '',
    target: 'over 0.97',
    met: frames.perSecond / idle.perSecond > 0.97,
  },
  { label: '  p99 between frames', value: frames.p99Ms, unit: 'ms', target: 'under 34 ms', met: frames.p99Ms < 34 },
  { label: '  plots drawn a second', value: frames.drawnPerSecond, unit: '/s', target: 'told', met: true },
]

/** Ten thousand dips of a day in the history, as the front end would have told them. */
const fillHistory = async (siteFile: string, folder: string): Promise<void> => {
  const recorder = await openStore(siteDataFolder(folder, siteFile), {
    log: quiet,
    workerUrl: new URL('../io/store/store-worker.ts', import.meta.url),
  })
  const toMs = Date.now() - 60_000
  const rows = Array.from({ length: eventCount }, (_, index) => {
    // By the golden ratio: all over durations and depths, the same in every run.
    const [first, second] = [(index * 0.618034) % 1, (index * 0.754878) % 1]
    const fromMs = toMs - (eventCount - index) * 8000
    const durationMs = 10 * 10 ** (first * 3.5)
    const event = {
      kind: 'dip',
      fromMs,
      toMs: fromMs + Math.min(durationMs, 6000),
      isCut: false,
      extremeV: 230 * (0.1 + 0.79 * second),
      channels: ['u1'],
    }
    return {
      id: randomUUID(),
      atMs: fromMs + durationMs,
      kind: 'wave-dip',
      severity: 'warning' as const,
      subject: null,
      message: 'a dip of the bench',
      data: { source: 'scope-incomer', name: 'Scope', event, udinV: 230, side: null },
    }
  })
  for (let at = 0; at < rows.length; at += 500) await recorder.appendEvents(rows.slice(at, at + 500))
  await recorder.close()
}

/** Drags to and fro over the plot until the frames are counted. */
const dragging = async (page: Page): Promise<Frames> => {
  const plot = page.getByRole('figure', { name: 'ITIC and SEMI F47' }).locator('canvas')
  const box = await plot.boundingBox()
  if (box === null) throw new Error('the ITIC plot is not there')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  let isOn = true
  const drag = async (): Promise<void> => {
    for (let step = 0; isOn; step += 1)
      await page.mouse.move(x + 120 * Math.sin(step / 12), y + 40 * Math.cos(step / 9))
  }
  const moving = drag()
  const frames = await framesOf(page, watchedMs)
  isOn = false
  await moving
  await page.mouse.up()
  return frames
}

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-'))
  const simulation = await startSimulation()
  await fillHistory(simulation.siteFile, folder)
  const served = await startServed(simulation.siteFile, folder)
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
    await page.goto('about:blank')
    const idle = await framesOf(page, 2000)
    await page.goto(served.url)
    await page.waitForFunction(() => sessionStorage.getItem('tripscope.token') !== null)
    const base = served.url.split('#')[0] ?? ''
    await page.goto(`${base}#/waves`)
    await page.locator('canvas').first().waitFor({ timeout: 60_000 })
    await page.waitForTimeout(4000)
    const scope = await framesOf(page, watchedMs)
    await page.goto(`${base}#/quality/dips`)
    await page
      .getByText(/\d{4,} events/)
      .first()
      .waitFor({ timeout: 120_000 })
    const events = await dragging(page)
    return {
      name: 'Scope and ITIC plot in the browser way on the simulated depot',
      results: [
        { label: 'an empty page: frames a second', value: idle.perSecond, unit: '/s', target: 'told', met: true },
        ...figuresOf('scope, 8 channels, while the analysis runs', scope, idle),
        ...figuresOf(`ITIC with ${eventCount} events, dragged`, events, idle),
      ],
    }
  } finally {
    await browser.close()
    await served.end()
    await simulation.end()
  }
}
