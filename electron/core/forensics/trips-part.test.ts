import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import { sceneSite } from '../detectors/test-support/scene.ts'
import { createFanOut } from '../fan-out.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { forgetfulIncidents, type IncidentShelf } from './incident-shelf.ts'
import { createTripsPart } from './trips-part.ts'

const caller: Caller = { role: 'operator', name: 'O' }
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const site = sceneSite()

/** Feeder f1 with the given current and its two chargers; everything else is calm. */
const imageAt = (atMs: number, amperes: number, isSilent: boolean): Image => {
  const good = (value: number) => goodSample(value, atMs)
  const meter = (i: number) => ({
    samples: {
      u_l1n: good(231),
      u_l2n: good(231),
      u_l3n: good(231),
      i_l1: good(i),
      i_l2: good(i),
      i_l3: good(i),
    },
  })
  const charger = (i: number) => ({
    status: isSilent
      ? { value: null, code: null, quality: 'timeout' as const, atMs }
      : { value: 'charging' as const, code: 'C', quality: 'good' as const, atMs },
    samples: { limit: isSilent ? missingSample('timeout', atMs) : good(16) },
    siteCurrentA: Object.fromEntries(
      (['L1', 'L2', 'L3'] as const).map((phase) => [phase, isSilent ? missingSample('timeout', atMs) : good(i)]),
    ) as Image['chargers'][string]['siteCurrentA'],
  })
  const circuit = (i: number) => ({
    source: 'meter' as const,
    meterId: 'm',
    ageMs: 0,
    phases: Object.fromEntries(
      (['L1', 'L2', 'L3'] as const).map((phase) => [
        phase,
        { currentA: good(i), limitA: 32, headroomA: 32 - i, thermalUsedPercent: null },
      ]),
    ),
  })
  return {
    seq: 1,
    atMs,
    meters: { 'm-main': meter(amperes + 5), 'm-f1': meter(amperes) },
    chargers: { a: charger(amperes / 2), b: charger(amperes / 2), c: charger(0) },
    circuits: { main: circuit(amperes + 5), f1: circuit(amperes), f2: circuit(0) },
  }
}

const begin = (shelf: IncidentShelf = forgetfulIncidents()) => {
  const clock = createFakeClock()
  const images = createFanOut<Image>('images', log)
  const audited: string[] = []
  const part = createTripsPart({
    site,
    clock,
    log,
    newId: () => '00000000-0000-4000-8000-000000000001',
    journal: { write: () => ({}) as never },
    recorder: { events: () => Promise.resolve([]) },
    audit: (row) => {
      audited.push(row.action)
      return Promise.resolve({ ...row, seq: 1, hash: '' })
    },
    runner: { intend: () => Promise.resolve(undefined as never) },
    told: {
      images,
      findings: createFanOut('findings', log),
      decisions: createFanOut('decisions', log),
      sampled: createFanOut('samples', log),
    },
    shelf,
    transfers: { offer: () => 'ticket' },
    receivers: new Map(),
  })
  part.start?.()
  const show = (seconds: number, amperes: number, isSilent = false) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.standStill(1000)
      images.tell(imageAt(clock.nowMs(), amperes, isSilent))
    }
  }
  const list = () => {
    let seen: readonly { id: string; state: string; missing: string[] }[] = []
    part.handlers['trips.list']({}, ({ incidents }) => (seen = incidents), caller)()
    return seen
  }
  const report = (atMs: number, circuitId: string | null = null) =>
    part.handlers['trips.report'](
      { intentId: '00000000-0000-4000-8000-000000000002', who: 'Op', note: 'it was dark', atMs, circuitId },
      caller,
    )
  return { part, clock, show, list, report, audited }
}
const settle = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

describe('incidents', () => {
  it('what a person saw becomes an incident at the fall of the load, audited', async () => {
    const { part, clock, show, report, audited } = begin()
    show(120, 20)
    const fellAtMs = clock.nowMs() + 1000
    show(60, 0, true)
    const summary = await report(clock.nowMs() - 30_000)
    expect(summary.kind).toBe('trip')
    expect(summary.circuitId).toBe('f1')
    expect(summary.atMs).toBe(fellAtMs)
    expect(audited).toContain('trip-reported')
    const { incident } = await part.handlers['trips.read']({ incidentId: summary.id }, caller)
    expect(incident.series.length).toBeGreaterThan(3)
    expect(incident.ranked.length).toBe(15)
    expect(incident.missing.join()).toContain('of the 15 minutes before')
  })
  it('refuses a time to come and one too long ago', async () => {
    const { clock, show, report } = begin()
    show(10, 20)
    await expect(report(clock.nowMs() + 3_600_000)).rejects.toThrow('has not come yet')
    await expect(report(clock.nowMs() - 3_600_000)).rejects.toThrow('half an hour')
    await expect(report(clock.nowMs(), 'nowhere')).rejects.toThrow('no circuit nowhere')
  })
  it('an incident that was open when a program ended is there in the next one, and says what is missing', async () => {
    const shelf = forgetfulIncidents()
    const first = begin(shelf)
    first.show(120, 20)
    first.show(5, 0, true)
    const { id } = await first.report(first.clock.nowMs())
    // No stop: the program is killed.
    const second = begin(shelf)
    await settle()
    const kept = second.list().find((incident) => incident.id === id)
    expect(kept?.state).toBe('cut')
    expect(kept?.missing.join()).toContain('the program ended')
  })
  it('notes and a status outlast a new judging; an unknown incident is refused', async () => {
    const { part, clock, show, report } = begin()
    show(120, 20)
    show(5, 0, true)
    const { id } = await report(clock.nowMs())
    const intentId = '00000000-0000-4000-8000-000000000003'
    await part.handlers['trips.note']({ intentId, incidentId: id, who: 'Op', text: 'C32 warm' }, caller)
    await part.handlers['trips.setStatus'](
      { intentId, incidentId: id, who: 'Op', status: 'explained', confirmedCause: 'loose-terminal', note: '' },
      caller,
    )
    show(130, 0, true)
    const { incident } = await part.handlers['trips.read']({ incidentId: id }, caller)
    expect((incident as Incident).notes.map(({ text }) => text)).toEqual(['C32 warm'])
    expect(incident.status).toBe('explained')
    expect(incident.confirmedCause).toBe('loose-terminal')
    expect(incident.updatedAtMs).toBeGreaterThan(incident.openedAtMs)
    await expect(
      part.handlers['trips.note']({ intentId, incidentId: 'x-1', who: 'Op', text: 'y' }, caller),
    ).rejects.toThrow('not kept any more')
  })
})
