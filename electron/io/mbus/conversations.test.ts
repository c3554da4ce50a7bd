import { describe, expect, it } from 'vitest'
import { encodeTelegram, type RecordToEncode } from '../../../shared/mbus/encode-telegram.ts'
import { encodeLinkFrame, type LinkFrame } from '../../../shared/mbus/link-frame.ts'
import type { MbusRead } from '../../core/acquisition/mbus/mbus-session.ts'
import { energy, power } from './test-support/mbus-slave.ts'
import { ack, createScriptedBus, say, type Said } from './test-support/scripted-bus.ts'

const answer = (
  address: number,
  records: readonly RecordToEncode[],
  more: { id?: string; accessNumber?: number; status?: number; moreFollows?: boolean; ci?: number } = {},
): LinkFrame => ({
  kind: 'long',
  control: 0x08,
  address,
  ci: 0x72,
  data: encodeTelegram(
    {
      id: more.id ?? '12345678',
      manufacturer: 'TST',
      version: 1,
      medium: 2,
      accessNumber: more.accessNumber ?? 1,
      status: more.status ?? 0,
    },
    records,
    more.moreFollows === true ? { moreFollows: true } : {},
  ),
})
const primary = (address: number) => ({ kind: 'primary', address }) as const
const secondary = (id: string) => ({ kind: 'secondary', id, manufacturer: null, version: null, medium: null }) as const
const numbers = (read: MbusRead): (number | null)[] =>
  read.ok
    ? read.telegrams.flatMap(({ records }) =>
        records.map(({ value }) => (value.kind === 'number' ? value.value : null)),
      )
    : []
const isReset = (frame: LinkFrame): boolean => frame.kind === 'short' && (frame.control & ~0x20) === 0x40
const isRequest = (frame: LinkFrame): boolean => frame.kind === 'short' && (frame.control & ~0x20) === 0x5b
const fcbOf = (frame: LinkFrame): boolean => frame.kind === 'short' && (frame.control & 0x20) !== 0

/** A meter that keeps its frame count as EN 13757-2 asks: the same bit once more brings the same once more. */
const createMeter = (address: number, now: () => readonly RecordToEncode[]) => {
  let fcb: boolean | null = null
  let last: LinkFrame = ack
  let accessNumber = 0
  return (frame: LinkFrame): LinkFrame | null => {
    if (frame.kind !== 'short' || frame.address !== address) return null
    if (isReset(frame)) {
      fcb = null
      return ack
    }
    if (fcb === fcbOf(frame)) return last
    fcb = fcbOf(frame)
    accessNumber += 1
    last = answer(address, now(), { accessNumber })
    return last
  }
}

describe('an M-Bus meter on a clock', () => {
  it('is never given an old answer again because somebody else asked it in between', async () => {
    let wattHours = 1000
    const meter = createMeter(5, () => [energy(wattHours)])
    const bus = await createScriptedBus((frame) => {
      const said = meter(frame)
      return said === null ? [] : [say(60, said)]
    })
    const session = bus.session(primary(5))
    for (let round = 0; round < 6; round += 1) {
      wattHours += 1000
      expect(numbers((await bus.finish(session.read())).value), `round ${String(round)}`).toEqual([wattHours])
      // Another program, or a search, asks the same meter with a frame count bit of its own.
      wattHours += 1000
      const foreign: LinkFrame = { kind: 'short', control: round % 3 === 0 ? 0x7b : 0x5b, address: 5 }
      meter(foreign)
      wattHours += 1000
    }
  })

  it('that acknowledges its reset late is read all the same: the second E5 is no answer to what was asked next', async () => {
    const bus = await createScriptedBus((frame) =>
      isReset(frame) ? [say(700, ack)] : isRequest(frame) ? [say(1100, answer(5, [energy(4711)]))] : [],
    )
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(numbers(value)).toEqual([4711])
  })

  it('that says E5 to a request for data, and nothing after it, has none to give', async () => {
    const bus = await createScriptedBus(() => [say(60, ack)])
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(value).toMatchObject({ ok: false, fault: { kind: 'exception' } })
  })

  it('is waited for when the answer of another meter comes first', async () => {
    const bus = await createScriptedBus((frame) =>
      isReset(frame) ? [say(60, ack)] : [say(60, answer(9, [energy(1)])), say(500, answer(5, [energy(4711)]))],
    )
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(numbers(value)).toEqual([4711])
  })

  it('that never answers is told with the address that did', async () => {
    const bus = await createScriptedBus((frame) =>
      isReset(frame) ? [say(60, ack)] : [say(60, answer(9, [energy(1)]))],
    )
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(value).toMatchObject({
      ok: false,
      fault: { kind: 'wrong-unit', message: expect.stringMatching(/address 9/) as string },
    })
  })

  it('whose answers all come after the deadline is never read half: the next telegram is not taken for a repeated one', async () => {
    // Each answer takes 1.8 s where 1.63 s are allowed: it comes while the same is asked for again, and its double while the next is.
    const parts = [answer(5, [energy(7000)], { moreFollows: true }), answer(5, [power(42)])]
    let at = -1
    let fcb: boolean | null = null
    const bus = await createScriptedBus((frame) => {
      if (isReset(frame)) {
        at = -1
        fcb = null
        return [say(60, ack)]
      }
      if (fcb !== fcbOf(frame)) at += 1
      fcb = fcbOf(frame)
      return [say(1800, parts[at % 2] ?? ack)]
    })
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(value.ok ? { numbers: numbers(value), notes: value.notes } : value.fault.kind).toEqual({
      numbers: [7000, 42],
      notes: [],
    })
  })

  it('behind a converter that lets out old bytes once connected again is not read from them', async () => {
    const meter = createMeter(5, () => [energy(2000)])
    const bus = await createScriptedBus((frame) => {
      const said = meter(frame)
      return said === null ? [] : [say(60, said)]
    })
    const session = bus.session(primary(5))
    await bus.finish(session.read())
    bus.drop('gone')
    await bus.clock.advance(1000)
    expect(bus.line.status().state).toBe('connected')
    session.forget()
    const reading = session.read()
    // Fifteen milliseconds later: an acknowledgement and an answer of before, as some converters keep them.
    await bus.clock.advance(15)
    bus.babble(encodeLinkFrame(ack))
    await bus.clock.advance(5)
    bus.babble(encodeLinkFrame(answer(5, [energy(1)])))
    expect(numbers((await bus.finish(reading)).value)).toEqual([2000])
  })

  it('behind a converter that trickles bytes is read, and one that trickles for ever is given up', async () => {
    const whole = encodeLinkFrame(answer(5, [energy(4711), power(1)]))
    const trickle = (bytes: Uint8Array, everyMs: number): Said[] =>
      [...bytes].map((byte, index) => ({ afterMs: 100 + index * everyMs, bytes: Uint8Array.of(byte) }))
    const slow = await createScriptedBus((frame) => (isReset(frame) ? [say(60, ack)] : trickle(whole, 60)))
    expect(numbers((await slow.finish(slow.session(primary(5)).read())).value)).toEqual([4711, 1])
    const endless = await createScriptedBus((frame) =>
      isReset(frame) ? [say(60, ack)] : trickle(new Uint8Array(400).fill(0x55), 200),
    )
    const { value, tookMs } = await endless.finish(endless.session(primary(5)).read())
    expect(value).toMatchObject({ ok: false })
    expect(tookMs).toBeLessThan(20_000)
  })

  it('another master on the bus is called that', async () => {
    const bus = await createScriptedBus((frame) =>
      isReset(frame) ? [say(60, ack)] : [say(60, { kind: 'short', control: 0x7b, address: 17 })],
    )
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(value).toMatchObject({
      ok: false,
      fault: { kind: 'collision', message: expect.stringMatching(/another master/) as string },
    })
  })

  it('an echo that comes twice, of the converter and of the bus, is no answer and no other master', async () => {
    const bus = await createScriptedBus((frame) => [
      say(10, frame),
      say(15, frame),
      ...(isReset(frame) ? [say(90, ack)] : []),
    ])
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(value).toMatchObject({ ok: false, fault: { kind: 'timeout' } })
    expect(bus.sent.map(({ hex }) => hex)).toContain('10 40 05 45 16')
  })

  it('a selected meter with another number is no answer, and is deselected', async () => {
    const bus = await createScriptedBus((frame) =>
      isRequest(frame) ? [say(60, answer(3, [energy(1)], { id: '00000001' }))] : [say(60, ack)],
    )
    const { value } = await bus.finish(bus.session(secondary('12345678')).read())
    expect(value).toMatchObject({ ok: false, fault: { kind: 'wrong-unit' } })
    expect(bus.sent.at(-1)?.hex).toBe('10 40 fd 3d 16')
  })

  it('a late answer of a meter asked before is not the selected meter’s, and costs it no reading', async () => {
    let requests = 0
    const bus = await createScriptedBus((frame) => {
      if (!isRequest(frame)) return [say(60, ack)]
      requests += 1
      return requests === 1
        ? [say(60, answer(5, [energy(1)], { id: '00000001' })), say(700, answer(3, [energy(4711)]))]
        : [say(60, answer(3, [energy(4711)]))]
    })
    const { value } = await bus.finish(bus.session(secondary('12345678')).read())
    expect(numbers(value)).toEqual([4711])
  })

  it('that is busy says so, at once and without values', async () => {
    const bus = await createScriptedBus((frame) =>
      isReset(frame) ? [say(60, ack)] : [say(60, answer(5, [], { status: 0x01 }))],
    )
    const { value } = await bus.finish(bus.session(primary(5)).read())
    expect(value).toMatchObject({
      ok: false,
      fault: { kind: 'exception', message: expect.stringMatching(/busy/) as string },
    })
  })

  it('is let go within one exchange when reading stops, however much it still has to say', async () => {
    let count = 0
    const bus = await createScriptedBus((frame) =>
      isReset(frame) ? [say(60, ack)] : [say(1200, answer(5, [energy((count += 1))], { moreFollows: true }))],
    )
    const session = bus.session(primary(5))
    const reading = session.read()
    await bus.clock.advance(3000)
    session.stop()
    const { value, tookMs } = await bus.finish(reading)
    expect(value).toMatchObject({ ok: false, fault: { kind: 'closed' } })
    expect(tookMs).toBeLessThan(2000)
  })

  it('closing the line ends what is in flight at once and leaves no timer behind', async () => {
    const bus = await createScriptedBus(() => [])
    const reading = bus.session(primary(5)).read()
    await bus.clock.advance(20)
    const { value } = await bus.finish(Promise.all([reading, bus.line.close()]))
    expect(value[0]).toMatchObject({ ok: false, fault: { kind: 'closed' } })
    expect(bus.clock.pending()).toBe(0)
  })
})
