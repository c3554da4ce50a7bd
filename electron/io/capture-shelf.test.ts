import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { CaptureCause, CaptureSummary } from '../../shared/wave/wave-observation.ts'
import { excessOf } from '../core/waves/capture-shelf.ts'
import { openCaptureShelf } from './capture-shelf.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const made: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'tripscope-captures-'))
  made.push(path)
  return path
}
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })))

const level: CaptureCause = { kind: 'level', channel: 'u1', level: 300, edge: 'rising' }
const dip: CaptureCause = { kind: 'voltage-event', event: 'dip' }
const capture = (atMs: number, bytes: number, more: Partial<CaptureSummary> = {}): CaptureSummary => ({
  captureId: `scope-${atMs}-1`,
  source: 'scope',
  cause: dip,
  atMs,
  fromMs: atMs - 1000,
  toMs: atMs + 2000,
  samples: 30_000,
  bytes,
  isWhole: true,
  clock: { aheadMs: -12, uncertaintyMs: null, isCorrected: false },
  ...more,
})
const bytesOf = (summary: CaptureSummary): Uint8Array => new Uint8Array(summary.bytes).fill(summary.atMs % 251)

describe('the shelf of captures', () => {
  it('has after the program was started again what was kept before, with all that is known of it', async () => {
    const site = folder()
    const first = await openCaptureShelf(site, { log: quiet, mayKeep: true })
    const meter = capture(5000, 700, {
      captureId: 'incomer-5000',
      source: 'incomer',
      cause: { kind: 'meter', rateFrom: 'counted', hasTime: true },
      clock: { aheadMs: 4200, uncertaintyMs: 80, isCorrected: true },
    })
    for (const each of [capture(2000, 500), capture(1000, 600), meter]) void first.keep(each, bytesOf(each))
    await first.close()

    const again = await openCaptureShelf(site, { log: quiet, mayKeep: false })
    expect(again.list('scope').map(({ atMs }) => atMs)).toEqual([1000, 2000])
    expect(again.list('incomer')).toEqual([meter])
    expect(await again.bytesOf('scope', 'scope-2000-1')).toEqual(bytesOf(capture(2000, 500)))
    expect(await again.bytesOf('scope', '../../etc/passwd')).toBeNull()
    expect(again.room('scope')).toMatchObject({ count: 2, bytes: 1100, on: 'memory' })
    // A second program on the site shows them and adds none.
    await again.keep(capture(3000, 5), new Uint8Array(5))
    expect(again.list('scope')).toHaveLength(2)
  })

  it('keeps within its bounds, also those of an earlier run, and says how many made room', async () => {
    const site = folder()
    const wide = await openCaptureShelf(site, { log: quiet, mayKeep: true })
    for (const atMs of [1000, 2000, 3000, 4000]) await wide.keep(capture(atMs, 100), bytesOf(capture(atMs, 100)))
    const bounds = { count: 10, bytes: 250 }
    const narrow = await openCaptureShelf(site, { log: quiet, mayKeep: true, bounds })
    expect(narrow.list('scope').map(({ atMs }) => atMs)).toEqual([3000, 4000])
    expect(readdirSync(join(site, 'captures'))).toHaveLength(4)
    await narrow.keep(capture(5000, 100), bytesOf(capture(5000, 100)))
    expect(narrow.room('scope')).toMatchObject({ count: 2, bytes: 200, dropped: 3, problem: null })
    expect(await narrow.bytesOf('scope', 'scope-3000-1')).toBeNull()
  })

  it('leaves out what is damaged, and nothing else', async () => {
    const site = folder()
    const shelf = await openCaptureShelf(site, { log: quiet, mayKeep: true })
    for (const atMs of [1000, 2000, 3000]) await shelf.keep(capture(atMs, 100), bytesOf(capture(atMs, 100)))
    truncateSync(join(site, 'captures', 'scope-1000-1.tws'), 60)
    writeFileSync(join(site, 'captures', 'scope-2000-1.json'), '{"captureId":')
    const again = await openCaptureShelf(site, { log: quiet, mayKeep: true })
    expect(again.list('scope').map(({ atMs }) => atMs)).toEqual([3000])
  })

  it('says why a capture could not be written, and goes on with the next', async () => {
    const site = folder()
    writeFileSync(join(site, 'captures'), 'a file where the folder should be')
    const shelf = await openCaptureShelf(site, { log: quiet, mayKeep: true })
    await shelf.keep(capture(1000, 100), bytesOf(capture(1000, 100)))
    expect(shelf.room('scope').problem).toContain(join(site, 'captures'))
    rmSync(join(site, 'captures'))
    await shelf.keep(capture(2000, 100), bytesOf(capture(2000, 100)))
    expect(shelf.room('scope')).toMatchObject({ count: 1, problem: null })
  })

  it('makes room by what a level took before anything else, and never by the newest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.boolean()), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 600 }),
        (sizes, count, bytes) => {
          const all = sizes.map(([size, isLevel], index) =>
            capture(index, size, { cause: isLevel ? level : dip, captureId: `scope-${index}` }),
          )
          const gone = excessOf(all, { count, bytes })
          const left = all.filter((each) => !gone.includes(each))
          expect(left.at(-1)).toBe(all.at(-1))
          expect(left.length).toBeLessThanOrEqual(count)
          if (left.length > 1) expect(left.reduce((sum, each) => sum + each.bytes, 0)).toBeLessThanOrEqual(bytes)
          // A dip that had to go leaves nothing behind that a level took, but for the newest.
          if (gone.some(({ cause }) => cause.kind !== 'level'))
            expect(left.slice(0, -1).every(({ cause }) => cause.kind !== 'level')).toBe(true)
        },
      ),
    )
  })
})
