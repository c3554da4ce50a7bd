import { expect, it } from 'vitest'
import { createCaptureBook } from '../core/meter-records/capture-book.ts'
import { createMeterDesk } from '../core/meter-records/meter-desk.ts'
import { createMeterFacts } from '../core/meter-records/meter-facts.ts'
import type { Asked, MeterWay } from '../core/meter-records/meter-way.ts'
import type { MeterEventData } from '../../shared/meter-records/meter-event.ts'
import { createOwnRecords } from '../simulator/slave/own-records.ts'
import type { Meter } from '../simulator/physics/meter.ts'
import type { NotedEvent } from '../simulator/physics/meter-watch.ts'
import { profilesFolder } from '../simulator/test-support/paths.ts'
import { loadCatalogue } from './catalogue.ts'

const { meters: profiles } = await loadCatalogue(profilesFolder)
const nowMs = Date.UTC(2026, 10, 28, 3, 20)
const dip: NotedEvent = { kind: 'dip', startS: -435, endS: -434.69, terminals: [0, 2], extremes: [138, 230, 139] }
const aheadMs = 4200

/** A simulated meter and the product's desk of it, register by register without a line between them. */
const deskOf = (profileId: string, events: readonly NotedEvent[], voltage = [230, 231, 229]) => {
  const profile = profiles.get(profileId)
  if (profile === undefined) throw new Error(`no profile ${profileId}`)
  const meter = {
    events: () => events,
    window: () => ({ voltage, current: [1, 1, 1], activeW: [1, 1, 1], reactiveVar: [0, 0, 0] }),
    ongoing: () => null,
  } as unknown as Meter
  const device = createOwnRecords(profile, meter, {
    clockAheadMs: aheadMs,
    nominalV: 230,
    utcOf: (worldS) => nowMs + worldS * 1000,
  })
  const answer = (outcome: object | null): Asked =>
    outcome !== null && 'words' in outcome
      ? { ok: true, words: outcome.words as number[], sentMs: Date.now(), atMs: Date.now() }
      : { ok: false, why: 'illegal data address', isRefused: true }
  const asked = { reads: 0, isSilent: false }
  const silence: Asked = { ok: false, why: 'no reply', isRefused: false }
  const way: MeterWay = {
    read: (address, count, space = profile.space) => {
      asked.reads += 1
      return Promise.resolve(asked.isSilent ? silence : answer(device.read(space === 'input' ? 4 : 3, address, count)))
    },
    write: (address, words) => Promise.resolve(answer(device.write(address, words) === 'done' ? { words: [] } : null)),
    readFile: () => Promise.resolve(answer(null)),
  }
  const told: MeterEventData[] = []
  const desk = createMeterDesk({
    meterId: 'm1',
    name: 'Meter',
    profile,
    way,
    facts: createMeterFacts('m1', undefined),
    book: createCaptureBook(),
    nominalV: 230,
    nominalHz: 50,
    now: Date.now,
    mayTake: true,
    onEvent: (data) => told.push(data),
    onCapture: () => undefined,
  })
  const look = async () => {
    await desk.lookAtState()
    await desk.lookAtVerdict()
    await desk.lookAtLogs(() => false)
  }
  return { desk, told, look, asked, of: (log: string) => told.filter((each) => each.log === log) }
}

it('a B30 tells one dip in four logs, each in its own way and with what it knows of it', async () => {
  const { desk, look, of } = deskOf('socomec-diris-b30', [dip])
  await look()
  expect(desk.state().logs.map(({ id, problem, taken }) => [id, problem, taken])).toEqual([
    ['quality', null, 1],
    ['en50160', null, 1],
    ['alarms', null, 1],
    ['events', null, 1],
  ])
  expect(of('quality log')).toMatchObject([{ event: 'dip', extremeV: expect.closeTo(138, 1) as number }])
  // What its percentages refer to is not documented: the duration is told, and no depth.
  const [noted] = of('EN 50160 log')
  expect(noted).toMatchObject({ event: 'dip', durationMs: 310, extremeV: null })
  expect(Math.abs((noted?.fromMs ?? 0) - (of('quality log')[0]?.fromMs ?? 0))).toBeLessThan(5)
  expect(of('alarm log').map(({ event, about }) => [event, about])).toEqual([['alarm', '2051']])
  expect(of('device events').map(({ event, about }) => [event, about])).toEqual([['entry', '2051']])
})

it('a log with a pointer longer than one answer is read to its end, and nothing is told twice', async () => {
  const many = Array.from({ length: 11 }, (_, index) => ({
    ...dip,
    startS: -600 - index * 20,
    endS: -599.7 - index * 20,
  }))
  const { look, of } = deskOf('socomec-diris-b30', many)
  await look()
  await look()
  expect(of('EN 50160 log')).toHaveLength(11)
  expect(new Set(of('EN 50160 log').map(({ fromMs }) => Math.round(fromMs / 1000))).size).toBe(11)
})

it('an iMeter 6 names the entries of its SOE log as its manual numbers them', async () => {
  const { look, of } = deskOf('cet-imeter-6', [dip])
  await look()
  expect(of('SOE log').map(({ event, about }) => [event, about])).toEqual([['entry', '8.3']])
  expect(of('PQ log')).toMatchObject([{ event: 'dip', durationMs: 310 }])
})

it('a verdict is a few requests, stands with its time where it cannot be read again, and says why there is none', async () => {
  const { desk, asked } = deskOf('pqplus-umd', [dip])
  expect(desk.state()).toMatchObject({ verdict: null, noVerdict: 'not-asked-yet' })
  asked.isSilent = true
  await desk.lookAtVerdict()
  expect(desk.state()).toMatchObject({ verdict: null, noVerdict: 'not-read' })
  asked.isSilent = false
  await desk.lookAtState()
  asked.reads = 0
  await desk.lookAtVerdict()
  // Time, result, criteria, and its 33 counters in one or two.
  expect(asked.reads).toBeLessThanOrEqual(5)
  const told = desk.state()
  expect(told.noVerdict).toBeNull()
  expect(told.verdict?.cells).toHaveLength(31)
  asked.isSilent = true
  await desk.lookAtVerdict()
  expect(desk.state()).toMatchObject({ verdict: told.verdict, noVerdict: 'not-read' })
  expect(deskOf('cet-imeter-6', []).desk.state().noVerdict).toBeNull()
})

it('a UMD judges itself by EN 50160 and counts its dips by cell', async () => {
  const { desk, look } = deskOf('pqplus-umd', [dip])
  await look()
  const { verdict } = desk.state()
  expect(verdict).toMatchObject({ result: 'within limits for 95 % of the time', failed: [] })
  expect(verdict?.cells.filter(({ count }) => count > 0)).toEqual([{ cell: 'C2', count: 1 }])
  const low = deskOf('pqplus-umd', [], [200, 231, 229])
  await low.look()
  expect(low.desk.state().verdict).toMatchObject({ result: 'failed', failed: ['voltage L1'] })
})
