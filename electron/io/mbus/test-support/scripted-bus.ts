import { createLinkReceiver, encodeLinkFrame, type LinkFrame } from '../../../../shared/mbus/link-frame.ts'
import { siteSchema, type MbusSiteLine } from '../../../../shared/site/site.ts'
import { createMbusSession } from '../../../core/acquisition/mbus/mbus-session.ts'
import type { MbusAddress } from '../../../core/acquisition/mbus/mbus-frames.ts'
import type { LineEvent } from '../../../core/lines/field-line.ts'
import type { MbusOutcome } from '../../../core/lines/mbus-line.ts'
import { createFakeClock } from '../../../core/test-support/fake-clock.ts'
import type { ByteChannel, ChannelListeners } from '../../modbus/byte-channel.ts'
import { quietLog } from '../../modbus/test-support/quiet-log.ts'
import { createMbusLine } from '../mbus-line.ts'
import { mbusTimingOf } from '../mbus-timing.ts'

/** Bytes that reach the master so long after it began to send. */
export interface Said {
  readonly afterMs: number
  readonly bytes: Uint8Array
}
export const say = (afterMs: number, frame: LinkFrame | Uint8Array): Said => ({
  afterMs,
  bytes: frame instanceof Uint8Array ? frame : encodeLinkFrame(frame),
})
export const ack: LinkFrame = { kind: 'ack' }

const network = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 100 },
  circuits: [{ id: 'main' }],
  meters: [],
  lines: [{ transport: 'mbus-tcp', id: 'bus', host: '192.0.2.1', port: 10001, baud: 2400 }],
}).lines[0] as MbusSiteLine

/** A line on a fake clock whose other end says what a script says to each frame sent, whenever it says it. */
export const createScriptedBus = async (
  script: (frame: LinkFrame, count: number) => readonly Said[],
  siteLine: MbusSiteLine = network,
) => {
  const clock = createFakeClock()
  const events: LineEvent[] = []
  const sent: { readonly atMs: number; readonly hex: string }[] = []
  let listeners: ChannelListeners | null = null
  const channel: ByteChannel = {
    where: '192.0.2.1:10001',
    open: async (given) => {
      listeners = given
      return null
    },
    write: (bytes) => {
      sent.push({
        atMs: clock.monotonicMs(),
        hex: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      })
      for (const item of createLinkReceiver().push(bytes)) {
        if (item.kind !== 'frame') throw new Error(`the master sent no frame: ${item.kind}`)
        for (const said of script(item.frame, sent.length))
          clock.after(said.afterMs, () => {
            listeners?.data(said.bytes)
          })
      }
    },
    close: async () => undefined,
  }
  const line = createMbusLine(
    { id: 'bus', timing: mbusTimingOf(siteLine), isNetwork: siteLine.transport === 'mbus-tcp' },
    channel,
    { clock, log: quietLog, random: () => 0.5 },
  )
  line.onEvent((event) => {
    events.push(event)
  })
  await clock.settle()
  return {
    clock,
    line,
    events,
    sent,
    /** Bytes nobody asked for. */
    babble: (bytes: Uint8Array): void => {
      listeners?.data(bytes)
    },
    drop: (message: string): void => {
      listeners?.closed({ kind: 'failed', where: 'bus', isSerial: false, message })
    },
    session: (address: MbusAddress, note: (outcome: MbusOutcome) => void = () => undefined) =>
      createMbusSession(line, address, clock, note),
    /** Runs the clock until the promise is settled, at most `ms`; tells how long it took. */
    async finish<T>(promise: Promise<T>, ms = 120_000): Promise<{ readonly value: T; readonly tookMs: number }> {
      const startMs = clock.monotonicMs()
      let done: { readonly value: T } | null = null
      void promise.then((value) => {
        done = { value }
      })
      for (let spent = 0; spent < ms && done === null; spent += 10) await clock.advance(10)
      if (done === null) throw new Error(`it did not end within ${String(ms)} ms`)
      return { value: (done as { value: T }).value, tookMs: clock.monotonicMs() - startMs }
    },
  }
}
