import { eventColumns } from '../../../shared/said/event.ts'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../shared/api/client.ts'
import type { Caller } from '../../../shared/api/define.ts'
import { scanContract } from '../../../shared/api/scan-contract.ts'
import { serve } from '../../../shared/api/server.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import type { SiteAddition } from '../../../shared/site/site-addition.ts'
import type { Saved } from '../site-ports.ts'
import { createMemoryPair } from '../../../shared/test-support/memory-pair.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createScanHandlers } from './scan-handlers.ts'
import { createScan } from './scan.ts'
import { guardOf } from '../test-support/ask-guard.ts'

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message: string) => {
    throw new Error(message)
  },
}
const caller: Caller = { role: 'operator', name: 'Test' }
const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'Site',
  grid: { limit: 100 },
  meters: [],
  circuits: [{ id: 'main' }],
  lines: [{ transport: 'serial', id: 'bus', path: '/dev/ttyUSB0', baud: 9600 }],
})
const addition: SiteAddition = {
  line: null,
  circuitId: 'main',
  meter: { id: 'new', profile: 'eastron-sdm630', line: 'bus', unit: 30, periodMs: 1000, reverse: false },
}
const intent = (number: number) => `00000000-0000-4000-8000-00000000000${number}`

const begin = (control: Partial<ControlState> = {}, saved: Saved = { ok: true }) => {
  const clock = createFakeClock()
  const [added, audited, told, reopened]: [SiteAddition[], string[], string[], string[]] = [[], [], [], []]
  const scan = createScan({
    site,
    meterProfiles: new Map(),
    chargerProfiles: new Map(),
    guard: guardOf(site, new Map()),
    lines: new Map(),
    acquisition: { background: () => null },
    clock,
    log,
    kept: new Map(),
    newId: () => 'id',
    mbusProfiles: new Map(),
    mbusLines: new Map(),
    openMbusLine: () => {
      throw new Error('no M-Bus here')
    },
    openLine: () => {
      throw new Error('no line is opened here')
    },
  })
  const handlers = createScanHandlers({
    site,
    scan,
    clock,
    log,
    siteEditor: {
      add: (given) => {
        added.push(given)
        return Promise.resolve(saved)
      },
    },
    listSerialPorts: async () => [
      { path: '/dev/ttyUSB0', description: 'FTDI' },
      { path: '/dev/ttyUSB1', description: 'CH340' },
    ],
    reopen: (why) => {
      reopened.push(why)
    },
    audit: async (row) => {
      audited.push(`${row.who} ${row.action} ${row.subject}`)
    },
    control: () => ({
      mode: 'monitoring',
      readOnly: null,
      armed: null,
      decision: null,
      overrides: [],
      writes: {},
      ...control,
    }),
    journal: {
      write: (kind, severity, subject, facts) => {
        const columns = eventColumns(kind, facts)
        told.push(columns.message)
        return { id: '', atMs: 0, severity, subject, ...columns }
      },
    },
  })
  // As a screen sends it: the server knows a repeated intent.
  const { left, right } = createMemoryPair()
  serve(scanContract, handlers, right, caller)
  const client = createClient(scanContract, left)
  const add = (number = 1) => client.call('site.addMeter', { intentId: intent(number), who: 'Ada', addition })
  return { clock, handlers, add, added, audited, told, reopened }
}

describe('adding a meter', () => {
  it('writes it into the site file, says who did, and opens the site anew after the answer', async () => {
    const { clock, add, added, audited, told, reopened } = begin()
    expect(await add()).toEqual({ meterId: 'new' })
    expect([added, audited, reopened]).toEqual([[addition], ['Ada meter-added new'], []])
    expect(told.join()).toMatch(/Ada added the meter new .*unit 30 on bus.*measures main/)
    await clock.advance(1000)
    expect(reopened).toHaveLength(1)
    // A double click or a resend is one intent.
    await add()
    expect(added).toHaveLength(1)
  })

  it.each([
    ['while control is armed', { mode: 'armed' as const }, /disarm first/],
    ['where another instance holds the site', { readOnly: { why: 'process 4711 has it' } }, /process 4711 has it/],
  ])('is refused %s, with words, and nothing is touched', async (_, control, message) => {
    const { clock, add, added, audited, reopened } = begin(control)
    await expect(async () => add()).rejects.toThrow(message)
    await clock.advance(1000)
    expect([added, audited, reopened]).toEqual([[], [], []])
  })

  it('tells what the site file refuses, opens nothing anew, and may be tried again', async () => {
    const { clock, add, added, audited, reopened } = begin(
      {},
      { ok: false, problems: ['the circuit is already measured', 'and more'] },
    )
    await expect(async () => add()).rejects.toThrow('the circuit is already measured; and more')
    await expect(async () => add(2)).rejects.toThrow('already measured')
    await clock.advance(1000)
    expect(added).toHaveLength(2)
    expect([audited, reopened]).toEqual([[], []])
  })
})

it('lists the serial ports with the line of the site that has them', async () => {
  expect(await begin().handlers['scan.ports']({}, caller)).toMatchObject([
    { path: '/dev/ttyUSB0', lineId: 'bus' },
    { path: '/dev/ttyUSB1', lineId: null },
  ])
})
