import { describe, expect, it } from 'vitest'
import { siteSchema, type MbusSiteLine } from '../../../shared/site/site.ts'
import { createWatchedMbus, type WatchedMbus } from '../../core/acquisition/test-support/watched-mbus.ts'
import { searchMbus, type MbusSearchEvent } from '../../core/acquisition/mbus/search-mbus.ts'
import type { LineEvent } from '../../core/lines/field-line.ts'
import type { MbusLine } from '../../core/lines/mbus-line.ts'
import { systemClock } from '../clock.ts'
import { hasSocat, missingPeer, openPtyPair } from '../modbus/test-support/peers.ts'
import { quietLog } from '../modbus/test-support/quiet-log.ts'
import { until } from '../modbus/test-support/real-line.ts'
import { openMbusLine } from './open-mbus-line.ts'
import {
  energy,
  power,
  startMbusSlave,
  telegramHex,
  testProfile,
  voltage,
  type SlaveMeter,
} from './test-support/mbus-slave.ts'

/** Called with what is to be stopped when the test is over, the last first. Tests wait for silence most of their time: some run at once. */
type Finished = (stop: () => Promise<void>) => void
const kinds: readonly (readonly [string, string])[] = [
  ['tcp', 'a TCP converter'],
  ...(missingPeer('socat', hasSocat, 'socat') ? [] : [['serial', 'a serial port, 2400 8E1'] as const]),
]

interface Begun {
  readonly acquisition: WatchedMbus
  readonly line: MbusLine
  readonly events: LineEvent[]
  readonly heard: () => readonly string[]
}

/** A real line to a real slave; the wire is fast, so the deadline only says how long silence is. */
const open = async (
  finished: Finished,
  kind: string,
  meters: readonly SlaveMeter[],
  echo = false,
  wish: { baud?: MbusSiteLine['baud']; timeoutMs?: number } = {},
): Promise<{ line: MbusLine; siteLine: MbusSiteLine; events: LineEvent[]; heard: () => readonly string[] }> => {
  let siteLine: MbusSiteLine
  let heard: () => readonly string[]
  if (kind === 'tcp') {
    const slave = await startMbusSlave('tcp', meters, echo)
    finished(() => slave.stop())
    heard = () => slave.heard
    siteLine = {
      transport: 'mbus-tcp',
      id: 'heat',
      host: '127.0.0.1',
      port: slave.port,
      baud: 2400,
      timeoutMs: 300,
      ...wish,
    }
  } else {
    const pair = await openPtyPair()
    finished(() => pair.stop())
    const slave = await startMbusSlave({ path: pair.far }, meters, echo)
    finished(() => slave.stop())
    heard = () => slave.heard
    siteLine = {
      transport: 'mbus-serial',
      id: 'heat',
      path: pair.near,
      baud: 2400,
      parity: 'even',
      stopBits: 1,
      timeoutMs: 300,
      ...wish,
    }
  }
  const line = openMbusLine(siteLine, { clock: systemClock, log: quietLog })
  finished(() => line.close())
  const events: LineEvent[] = []
  line.onEvent((event) => events.push(event))
  await until(`${JSON.stringify(siteLine)} is connected`, () => line.status().state === 'connected')
  return { line, siteLine, events, heard }
}

const read = async (
  finished: Finished,
  kind: string,
  slaves: readonly SlaveMeter[],
  addresses: readonly object[],
  echo = false,
): Promise<Begun> => {
  const { line, siteLine, events, heard } = await open(finished, kind, slaves, echo)
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [siteLine],
    circuits: [{ id: 'main' }],
    meters: addresses.map((mbus, index) => ({ id: `m${String(index)}`, profile: 'test', line: 'heat', mbus })),
  })
  let told = 0
  const acquisition = createWatchedMbus({
    site,
    clock: systemClock,
    log: quietLog,
    profiles: new Map([['test', testProfile]]),
    lines: new Map([['heat', line]]),
    onMeterSamples: () => {
      told += 1
    },
  })
  acquisition.start()
  finished(() => acquisition.stop())
  await until('every meter was read', () => told >= addresses.length, 30_000)
  return { acquisition, line, events, heard }
}
const sampleOf = ({ acquisition }: Begun, id: string, key: string) =>
  acquisition.meterReadings(systemClock.nowMs())[id]?.samples[key]
const requests = ({ heard }: Begun, match: RegExp): string[] => heard().filter((frame) => match.test(frame))

const plain = { primary: 5, telegrams: [telegramHex('12345678', [energy(1_728_680), voltage(231), power(90)])] }
const split = {
  primary: 9,
  telegrams: [
    telegramHex('00004711', [energy(5000)], { moreFollows: true }),
    telegramHex('00004711', [voltage(229)], { moreFollows: true }),
    telegramHex('00004711', [power(-40)]),
  ],
}

describe.each(kinds)('%s: an M-Bus meter behind %s', (kind) => {
  it.concurrent.for([
    ['without echo', false],
    ['with the echo of the level converter', true],
  ] as const)('is read by primary and by secondary address, %s', async ([, echo], { onTestFinished }) => {
    const begun = await read(onTestFinished, kind, [plain, split], [{ primary: 5 }, { secondary: '00004711' }], echo)
    expect(sampleOf(begun, 'm0', 'e_import')).toMatchObject({ value: 1728.68, quality: 'good' })
    expect(sampleOf(begun, 'm0', 'u_l1n')?.value).toBe(231)
    expect([
      sampleOf(begun, 'm1', 'e_import')?.value,
      sampleOf(begun, 'm1', 'u_l1n')?.value,
      sampleOf(begun, 'm1', 'p_total')?.value,
    ]).toEqual([5, 229, -40])
    expect(begun.acquisition.deviceHealth()['m1']).toMatchObject({
      unit: 253,
      address: 'M-Bus number 00004711',
      state: 'ok',
      timeouts: 0,
      malformed: 0,
    })
    await until('the meter is deselected', () => begun.heard().at(-1) === '10 40 fd 3d 16')
    // Selection with the digits last byte first, then the frame count bit: toggled for each new telegram.
    expect(begun.heard()).toEqual([
      '10 40 05 45 16',
      '10 7b 05 80 16',
      '68 0b 0b 68 53 fd 52 11 47 00 00 ff ff ff ff f6 16'.replace(
        'f6',
        ((0x53 + 0xfd + 0x52 + 0x11 + 0x47 + 4 * 0xff) & 0xff).toString(16).padStart(2, '0'),
      ),
      '10 7b fd 78 16',
      '10 5b fd 58 16',
      '10 7b fd 78 16',
      '10 40 fd 3d 16',
    ])
    expect(begun.events.filter(({ kind: event }) => event === 'stray')).toEqual([])
  })

  it.concurrent.for([
    ['lost', 'drop'],
    ['garbled', 'garble'],
    ['cut off', 'truncate'],
  ] as const)(
    'an answer that was %s once is asked for again with the same frame count bit',
    async ([, manner], { onTestFinished }) => {
      const begun = await read(onTestFinished, kind, [{ ...plain, manners: { [manner]: 1 } }], [{ primary: 5 }])
      expect(sampleOf(begun, 'm0', 'e_import')).toMatchObject({ value: 1728.68, quality: 'good' })
      expect(requests(begun, /^10 .b/)).toEqual(['10 7b 05 80 16', '10 7b 05 80 16'])
    },
  )

  it.concurrent.for([
    ['silent', { silent: true }, 'timeout', 'timeout', /no answer within 300 ms/],
    ['garbled for ever', { garble: 99 }, 'corrupt', 'crc', /check sum/],
    ['cut off for ever', { truncate: 99 }, 'corrupt', 'malformed', /stopped after \d+ of \d+ bytes/],
    ['with an application error', { error: 8 }, 'refused', 'exception', /reports an error/],
  ] as const)(
    'one that is %s says why it has no values',
    async ([, manners, quality, fault, message], { onTestFinished }) => {
      const begun = await read(onTestFinished, kind, [{ ...plain, manners }], [{ primary: 5 }])
      expect(sampleOf(begun, 'm0', 'e_import')).toMatchObject({ value: null, quality })
      expect(begun.acquisition.deviceHealth()['m0']?.lastFault).toMatchObject({
        kind: fault,
        message: expect.stringMatching(message) as string,
      })
    },
  )

  it.concurrent(
    'two with one address are told as a collision or a broken check sum, never as a value',
    async ({ onTestFinished }) => {
      const begun = await read(
        onTestFinished,
        kind,
        [plain, { primary: 5, telegrams: [telegramHex('87654321', [power(7), voltage(230), energy(99), energy(1)])] }],
        [{ primary: 5 }],
      )
      expect(sampleOf(begun, 'm0', 'e_import')).toMatchObject({ value: null, quality: 'corrupt' })
      expect(begun.acquisition.deviceHealth()['m0']?.lastFault?.message).toMatch(
        /several meters answer at once|two meters with this address/,
      )
    },
  )

  it.concurrent(
    'one that never ends is left after 16 telegrams, and one that ignores the frame count bit after its first',
    async ({ onTestFinished }) => {
      const begun = await read(
        onTestFinished,
        kind,
        [
          { ...plain, manners: { endless: true } },
          { ...split, manners: { ignoreFcb: true } },
        ],
        [{ primary: 5 }, { primary: 9 }],
      )
      expect(requests(begun, /^10 .b 05/)).toHaveLength(16)
      expect(begun.acquisition.deviceHealth()['m0']?.notes).toEqual([expect.stringMatching(/after 16 telegrams/)])
      expect([sampleOf(begun, 'm1', 'e_import')?.value, sampleOf(begun, 'm1', 'u_l1n')?.quality]).toEqual([5, 'absent'])
      expect(begun.acquisition.deviceHealth()['m1']?.notes).toEqual([
        expect.stringMatching(/ignores the frame count bit/),
      ])
    },
  )

  it.concurrent('what its status byte says is on its health', async ({ onTestFinished }) => {
    const begun = await read(
      onTestFinished,
      kind,
      [{ primary: 5, telegrams: [telegramHex('12345678', [energy(1)], { status: 0x0c })] }],
      [{ primary: 5 }],
    )
    expect(begun.acquisition.deviceHealth()['m0']?.notes.join(' ')).toMatch(/low power.*permanent error/)
  })
})

describe('a search', () => {
  const ids = ['12345678', '12345699', '12940001', '70000000', '7000000E']
  const meters = ids.map((id, index): SlaveMeter => ({
    primary: index + 1,
    telegrams: [telegramHex(id, [energy(index)], index === 3 ? { medium: 7 } : {})],
  }))
  const run = async (
    line: MbusLine,
    options: Partial<Parameters<typeof searchMbus>[1]> & { by: 'secondary' | 'primary' },
  ): Promise<MbusSearchEvent[]> => {
    const events: MbusSearchEvent[] = []
    for await (const event of searchMbus(line, { isCancelled: () => false, ...options })) events.push(event)
    return events
  }
  const found = (events: readonly MbusSearchEvent[]) =>
    events.flatMap((event) => (event.kind === 'found' ? [event.meter.id] : []))

  it.concurrent(
    'by number finds every decimal number among colliding ones, and with hex digits the others',
    async ({ onTestFinished }) => {
      const { line } = await open(onTestFinished, 'tcp', meters, false, { baud: 38400, timeoutMs: 80 })
      const decimal = await run(line, { by: 'secondary' })
      expect(found(decimal)).toEqual(ids.slice(0, 4))
      expect(decimal.filter(({ kind }) => kind === 'note').at(-1)).toMatchObject({
        message: expect.stringMatching(/digits A to E.*primary addresses 0 to 250/) as string,
      })
      expect(decimal.at(-1)).toMatchObject({ kind: 'end', why: 'done' })
      expect(found(await run(line, { by: 'secondary', hexDigits: true, from: '7000000' }))).toEqual([
        '70000000',
        '7000000E',
      ])
    },
    120_000,
  )

  it.concurrent(
    'by address finds them all, stops when it is told to and goes on from there',
    async ({ onTestFinished }) => {
      const { line } = await open(onTestFinished, 'tcp', meters, false, { baud: 38400, timeoutMs: 80 })
      let asked = 0
      const begun = await run(line, {
        by: 'primary',
        range: { first: 0, last: 6 },
        isCancelled: () => {
          asked += 1
          return asked > 3
        },
      })
      expect(begun.at(-1)).toMatchObject({ kind: 'end', why: 'cancelled' })
      const at = begun.flatMap((event) => (event.kind === 'progress' ? [event.at] : [])).at(-1) ?? ''
      const rest = await run(line, { by: 'primary', range: { first: 0, last: 6 }, from: at })
      expect([...found(begun), ...found(rest)]).toEqual(ids)
    },
    60_000,
  )
})
