import { describe, expect, it } from 'vitest'
import { siteSchema } from '../../../shared/site/site.ts'
import { collect } from '../../../shared/test-support/collect.ts'
import type { LineEvent, LineFrame } from '../lines/field-line.ts'
import type { FileOffer } from '../transfer/file-offer.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { meterProfile } from '../test-support/fake-site.ts'
import { createDoctor } from './doctor-handlers.ts'
import { lineDevices } from './line-devices.ts'
import { createLineTape } from './line-tape.ts'

const caller = { role: 'operator', name: 'test' } as const
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

const setUp = () => {
  const clock = createFakeClock()
  const listeners = { frame: (_: LineFrame) => undefined as void, event: (_: LineEvent) => undefined as void }
  const line = {
    onFrame: (listener: (frame: LineFrame) => void) => {
      listeners.frame = listener
      return () => {
        listeners.frame = () => undefined
      }
    },
    onEvent: (listener: (event: LineEvent) => void) => {
      listeners.event = listener
      return () => undefined
    },
  }
  const say = (direction: LineFrame['direction'], hex: string) =>
    listeners.frame({
      atMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
      firstMonotonicMs: clock.monotonicMs(),
      direction,
      bytes: bytesOf(hex),
    })
  return { clock, line, say }
}

describe('a tape', () => {
  it('keeps no more than its bytes, and forgets what is older than ten minutes', async () => {
    const { clock, line, say } = setUp()
    const tape = createLineTape(line, clock, 10_000)
    for (let index = 0; index < 5000; index += 1) say('sent', '1103006B00037687')
    expect(tape.status().bytes).toBeLessThanOrEqual(10_000)
    expect(tape.status()).toMatchObject({ entries: 24, dropped: 4976 })
    expect(tape.since(0).map(({ seq }) => seq)).toEqual(Array.from({ length: 24 }, (_, index) => 4977 + index))
    await clock.advance(11 * 60_000)
    expect(tape.since(0)).toEqual([])
  })
  it('gives what came after a place, and nothing after it was stopped', () => {
    const { clock, line, say } = setUp()
    const tape = createLineTape(line, clock, 10_000)
    say('sent', '01')
    say('received', 'FF02')
    expect(tape.after(1)).toMatchObject([{ seq: 2, hex: 'FF02', direction: 'received' }])
    tape.stop()
    say('sent', '03')
    expect(tape.lastSeq()).toBe(2)
  })
})

describe('the doctor', () => {
  const site = siteSchema.parse({
    version: 1,
    id: 'one',
    name: 'One',
    grid: { limit: 63 },
    lines: [{ id: 'bus', transport: 'serial', path: '/dev/null', baud: 9600 }],
    meters: [{ id: 'm', profile: meterProfile.id, line: 'bus', unit: 17 }],
    circuits: [{ id: 'c', meter: 'm', limit: 63 }],
  })
  const open = () => {
    const parts = setUp()
    const offers: FileOffer[] = []
    const doctor = createDoctor({
      site,
      clock: parts.clock,
      lines: new Map([['bus', parts.line]]),
      deviceHealth: () => ({}),
      archive: { utf8: (text) => new Uint8Array(Buffer.from(text)) },
      transfers: {
        offer: (offer) => {
          offers.push(offer)
          return 'ticket'
        },
      },
      devicesOf: lineDevices({
        site,
        meterProfiles: new Map([[meterProfile.id, meterProfile]]),
        chargerProfiles: new Map(),
      }),
    })
    return { ...parts, doctor, offers }
  }
  it('streams the past first, then batches, and stops when nobody looks', async () => {
    const { clock, say, doctor } = open()
    say('sent', '1103006B00037687')
    const got: { reset: boolean; seqs: number[] }[] = []
    const stop = doctor.handlers['line.tape'](
      { lineId: 'bus', backlogS: 60 },
      ({ reset, entries }) => {
        got.push({ reset, seqs: entries.map(({ seq }) => seq) })
      },
      caller,
    )
    say('received', '110306AE415652434049AD')
    say('sent', '1103006B00037687')
    await clock.advance(300)
    expect(got).toEqual([
      { reset: true, seqs: [1] },
      { reset: false, seqs: [2, 3] },
    ])
    stop()
    expect(clock.pending()).toBe(0)
  })
  it("reports turnaround, exceptions and the best cycle of the meter's own plan", async () => {
    const { clock, say, doctor } = open()
    for (let index = 0; index < 25; index += 1) {
      say('sent', '1103006B00037687')
      await clock.advance(60)
      say('received', '110306AE415652434049AD')
      await clock.advance(100)
    }
    const report = await doctor.handlers['doctor.report']({ lineId: 'bus', windowS: 60, assumeBaud: null }, caller)
    const [meter] = report.devices
    // 60 ms from the first byte sent to the last received; 8 and 11 characters of 10 bits at 9600 are wire.
    expect(meter?.turnaroundMs?.p50).toBeCloseTo(60 - (19 * 10) / 9.6, 3)
    expect(meter).toMatchObject({ unit: 17, requests: 25, replies: 25 })
    expect(report.budget.best?.p50Ms).toBeGreaterThan(50)
    expect(report.signs.find(({ kind }) => kind === 'echo')?.state).toBe('clear')
  })
  it('offers the frames of a time as a capture, and those of every line for a snapshot', async () => {
    const { clock, say, doctor, offers } = open()
    say('sent', '1103006B00037687')
    await clock.advance(60)
    say('received', '110306AE415652434049AD')
    const range = { fromMs: clock.nowMs() - 1000, toMs: clock.nowMs() + 1 }
    const said = await doctor.handlers['doctor.exportPcap']({ lineId: 'bus', ...range, seqs: [2] }, caller)
    expect(said).toMatchObject({
      ticket: 'ticket',
      packets: 1,
      fileName: expect.stringMatching(/^one-bus-.*\.pcap$/) as string,
    })
    const [offer] = offers
    if (offer === undefined) throw new Error('nothing was offered')
    const capture = Buffer.concat(await collect(offer.content(() => undefined)))
    // The magic number of a pcap file, and the reply at its end.
    expect([0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1]).toContain(capture.readUInt32BE(0))
    expect(capture.toString('hex').toUpperCase()).toContain('110306AE415652434049AD')
    const files = doctor.filesOf(range.fromMs, range.toMs)
    expect(files.map(({ name }) => name)).toEqual(['lines/bus.pcap', 'lines/bus.ndjson', 'lines/bus.txt'])
    const text = Buffer.concat(await collect(files[2]?.content() ?? [])).toString()
    expect(text.trimEnd().split('\n')).toHaveLength(4)
  })
  it('refuses an unknown line and an empty capture in words', async () => {
    const { doctor, clock } = open()
    expect(() =>
      doctor.handlers['doctor.report']({ lineId: 'nowhere', windowS: 10, assumeBaud: null }, caller),
    ).toThrow(/no line 'nowhere'.*bus/)
    expect(() =>
      doctor.handlers['doctor.exportPcap']({ lineId: 'bus', fromMs: 0, toMs: clock.nowMs(), seqs: null }, caller),
    ).toThrow(/no frame/)
  })
})
