import { describe, expect, it } from 'vitest'
import { meterProfileSchema, type MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeLine } from '../test-support/fake-line.ts'
import { chargerProfile } from '../test-support/fake-site.ts'
import { createWatchedAcquisition } from './test-support/watched-acquisition.ts'

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string) => {
    throw new Error(message)
  },
}
const profile = meterProfileSchema.parse({
  id: 'm',
  make: 'Test',
  models: ['M'],
  sources: [{ document: 'test' }],
  confidence: 'high',
  space: 'input',
  wordOrder: 'high-first',
  transports: ['serial'],
  line: { maxRegisters: 40, timeoutMs: 300 },
  probe: { quantity: 'f', low: 45, high: 65 },
  capabilities: {
    windowMs: null,
    refreshMs: null,
    minMaxRegisters: false,
    eventLog: false,
    harmonicsToOrder: null,
    angles: false,
  },
  billing: { suitable: 'not-verified', note: 'test' },
  quantities: { i_l1: { address: 0, type: 'int16', every: 'fast' } },
}) as unknown as MeterProfile

/** `meters` answer after 40 ms each, once a second; unit 100 and above are absent. */
const begin = (meters: number, chargers: readonly object[] = []) => {
  const clock = createFakeClock()
  const line = createFakeLine('bus', clock, ({ unit }) => (unit >= 100 ? 'silence' : { words: [1], afterMs: 40 }))
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    lines: [
      { transport: 'tcp', id: 'bus', host: 'h', port: 502 },
      { transport: 'tcp', id: 'cars', host: 'c', port: 502 },
    ],
    meters: Array.from({ length: meters }, (_, index) => ({
      id: `m${String(index)}`,
      profile: 'm',
      line: 'bus',
      unit: index + 1,
    })),
    circuits: [{ id: 'main' }],
    chargers,
  })
  const acquisition = createWatchedAcquisition({
    site,
    clock,
    log,
    meterProfiles: new Map([['m', profile]]),
    chargerProfiles: new Map([['box', chargerProfile]]),
    lines: new Map([
      ['bus', line],
      ['cars', createFakeLine('cars', clock, () => 'silence')],
    ]),
    mayAsk: () => true,
  })
  acquisition.start()
  /** Asks absent units one after the other, as a search does. */
  let asked = 0
  let searching = true
  const search = async () => {
    while (searching) {
      const outcome = await acquisition.background(
        'bus',
        { unit: 100 + (asked % 100), functionCode: 4, address: 0, count: 1 },
        { deadlineMs: 150 },
      )
      if (outcome?.ok !== false || outcome.fault.kind !== 'timeout') return
      asked += 1
    }
  }
  return {
    clock,
    line,
    acquisition,
    search,
    asked: () => asked,
    end: () => {
      searching = false
    },
  }
}

describe('reads beside the polling', () => {
  it('fill the gaps of a line and cost the meters on it not one sweep, nor a late start', async () => {
    const { clock, acquisition, search, asked } = begin(4)
    void search()
    await clock.advance(60_000)
    for (const device of Object.values(acquisition.deviceHealth())) {
      expect(device).toMatchObject({ skippedSweeps: 0, timeouts: 0 })
      // Four meters of 40 ms each are due at once: the last one starts 120 ms after its time, as without the search.
      expect(device.latenessMs).toBeLessThanOrEqual(120)
      expect(device.requests).toBeGreaterThanOrEqual(59)
    }
    // 840 ms of each second are free; a read of 150 ms that may take 250 fits in at least three times.
    expect(asked()).toBeGreaterThanOrEqual(170)
  })

  it('advance on a line that is never free, one in two seconds', async () => {
    const { clock, search, asked } = begin(40)
    void search()
    await clock.advance(60_000)
    expect(asked()).toBeGreaterThanOrEqual(27)
    expect(asked()).toBeLessThanOrEqual(31)
  })

  it('end with the line, and are answered at once while it is not connected', async () => {
    const { clock, line, acquisition } = begin(1)
    line.setState('disconnected', 'unplugged')
    let outcome: ExchangeOutcome | null = null
    const ask = () =>
      void acquisition
        .background('bus', { unit: 100, functionCode: 4, address: 0, count: 1 }, { deadlineMs: 150 })
        ?.then((settled) => {
          outcome = settled
        })
    ask()
    await clock.advance(300)
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'offline' } })
    line.setState('connected')
    const stopped = acquisition.stop()
    await clock.advance(1000)
    await stopped
    outcome = null
    ask()
    await clock.settle()
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'closed' } })
    expect(
      acquisition.background('other', { unit: 1, functionCode: 4, address: 0, count: 1 }, { deadlineMs: 150 }),
    ).toBeNull()
  })

  it('wait no longer than a site with chargers bears, whatever deadline was wished for', async () => {
    const { clock, line, acquisition } = begin(1, [
      { id: 'c', profile: 'box', line: 'cars', unit: 1, circuit: 'main', maximum: 16 },
    ])
    void acquisition.background('bus', { unit: 100, functionCode: 4, address: 0, count: 1 }, { deadlineMs: 10_000 })
    await clock.advance(20_000)
    expect(line.sent.find(({ request }) => request.unit === 100)?.options.deadlineMs).toBeLessThanOrEqual(1000)
    // Read once a second, and silent after four: with the search's read between two of them it is never older than two.
    expect(acquisition.meterReadings(clock.nowMs())['m0']?.samples.i_l1?.value).toBe(1)
    expect(acquisition.deviceHealth()['m0']?.skippedSweeps).toBeLessThanOrEqual(1)
  })

  it('leave the devices of a gateway the time it goes on waiting for an absent unit', async () => {
    const { clock, line, acquisition } = begin(2)
    // Learned: 40 ms, so deadlines of 250 ms.
    await clock.advance(60_600)
    const learnedMs = line.sent.at(-1)?.options.deadlineMs ?? 0
    const outcome = acquisition.background(
      'bus',
      { unit: 100, functionCode: 4, address: 0, count: 1 },
      { deadlineMs: 150 },
    )
    for (let waited = 0; waited < 5000 && line.sent.at(-1)?.request.unit !== 100; waited += 10) await clock.advance(10)
    for (let waited = 0; waited < 5000 && line.sent.at(-1)?.request.unit === 100; waited += 10) await clock.advance(10)
    expect((await outcome)?.ok).toBe(false)
    expect(learnedMs).toBeLessThanOrEqual(300)
    const next = line.sent.at(-1)
    const asked = line.sent.at(-2)
    const leftMs = (asked?.atMs ?? 0) + 1000 - (next?.atMs ?? 0)
    expect(leftMs).toBeGreaterThan(300)
    expect(next?.options.deadlineMs).toBeGreaterThanOrEqual(leftMs + learnedMs)
  })
})
