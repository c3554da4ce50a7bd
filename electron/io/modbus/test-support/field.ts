import { fileURLToPath } from 'node:url'
import { createWatchedAcquisition } from '../../../core/acquisition/test-support/watched-acquisition.ts'
import type { FactShelf } from '../../../core/field/fact-shelf.ts'
import type { LineEvent } from '../../../core/lines/field-line.ts'
import { createFakeClock } from '../../../core/test-support/fake-clock.ts'
import { siteSchema } from '../../../../shared/site/site.ts'
import { loadCatalogue } from '../../catalogue.ts'
import { createLine } from '../line.ts'
import { timingOf } from '../line-timing.ts'
import { createMemoryChannel } from './memory-channel.ts'
import { quietLog } from './quiet-log.ts'
import { seeded, sealed } from './raw-slave.ts'

/** One read or write as it reached the slave, and what it does about it: bytes of unit and PDU, one after the other, each after its time. */
export interface Asked {
  readonly unit: number
  readonly functionCode: number
  readonly address: number
  readonly count: number
  readonly atMs: number
}
export type Piece = { readonly afterMs: number; readonly share: number }
export type Answer =
  | {
      readonly words: readonly number[]
      readonly afterMs?: number
      readonly pieces?: readonly Piece[]
      /** What becomes of the whole frame on its way. */
      readonly spoil?: (frame: Uint8Array) => Uint8Array
    }
  | { readonly exception: number; readonly afterMs?: number }
  | 'silence'
  | 'reset'

const catalogue = await loadCatalogue(fileURLToPath(new URL('../../../../assets/profiles', import.meta.url)))

/**
 * The product's own acquisition on the product's own lines, in virtual time, before a slave that is a function: what a device on the
 * wire meets, without a wire. The slave's framing is written from the standard's text alone.
 */
export const createField = async (site: object, slave: (asked: Asked, lineId: string) => Answer, facts?: FactShelf) => {
  const clock = createFakeClock()
  const parsed = siteSchema.parse(site)
  const asked: Asked[] = []
  const events: LineEvent[] = []
  const lines = new Map(
    parsed.lines.flatMap((line) => {
      if (line.transport === 'mbus-serial' || line.transport === 'mbus-tcp') return []
      const isTcp = line.transport === 'tcp'
      const channel = createMemoryChannel(clock, (bytes, far) => {
        const body = isTcp ? bytes.subarray(6) : bytes.subarray(0, bytes.length - 2)
        const [unit = 0, functionCode = 0, a = 0, b = 0, c = 0, d = 0] = body
        const question = { unit, functionCode, address: a * 256 + b, count: c * 256 + d, atMs: clock.monotonicMs() }
        asked.push(question)
        const answer = slave(question, line.id)
        if (answer === 'silence') return
        if (answer === 'reset') {
          clock.after(5, () => far.drop('the other side reset the connection'))
          return
        }
        const reply =
          'exception' in answer
            ? [unit, functionCode | 0x80, answer.exception]
            : functionCode === 3 || functionCode === 4
              ? [
                  unit,
                  functionCode,
                  answer.words.length * 2,
                  ...answer.words.flatMap((word) => [word >> 8, word & 255]),
                ]
              : [...body.subarray(0, 6)]
        const whole = isTcp
          ? Uint8Array.from([...bytes.subarray(0, 4), reply.length >> 8, reply.length & 255, ...reply])
          : sealed(reply)
        const frame = ('spoil' in answer ? answer.spoil : undefined)?.(whole) ?? whole
        const pieces = ('pieces' in answer ? answer.pieces : undefined) ?? [{ afterMs: answer.afterMs ?? 5, share: 1 }]
        let from = 0
        let waitMs = 0
        for (const [index, { afterMs, share }] of pieces.entries()) {
          const to = index === pieces.length - 1 ? frame.length : Math.round(from + share * frame.length)
          const piece = frame.slice(from, to)
          from = to
          waitMs += afterMs
          clock.after(waitMs, () => far.receive(piece))
        }
      })
      const made = createLine(
        {
          id: line.id,
          framing: isTcp ? 'mbap' : 'rtu',
          timing: timingOf(line),
          localEcho: false,
          isNetwork: line.transport !== 'serial',
        },
        channel,
        { clock, log: quietLog, random: seeded(1) },
      )
      made.onEvent((event) => events.push(event))
      return [[line.id, made] as const]
    }),
  )
  const acquisition = createWatchedAcquisition({
    site: parsed,
    clock,
    log: quietLog,
    meterProfiles: catalogue.meters,
    chargerProfiles: catalogue.chargers,
    lines,
    mayAsk: () => true,
    ...(facts === undefined ? {} : { facts }),
  })
  acquisition.start()
  return {
    clock,
    acquisition,
    asked,
    events,
    /** Keys of a meter that are good now, and those that are not. */
    keys: (meterId: string): { readonly good: readonly string[]; readonly missing: readonly string[] } => {
      const samples = Object.entries(acquisition.meterReadings(clock.nowMs())[meterId]?.samples ?? {})
      const of = (isGood: boolean) =>
        samples.filter(([, sample]) => (sample.quality === 'good') === isGood).map(([key]) => key)
      return { good: of(true), missing: of(false) }
    },
    stop: async () => {
      const stopped = acquisition.stop()
      await clock.advance(20_000)
      await stopped
      for (const line of lines.values()) await line.close()
    },
  }
}

/** An SDM630 at 10, 11, 12 A and 230 V; a float takes two words, the high one first. */
export const sdm630Words = (address: number, count: number): number[] => {
  const values: Record<number, number> = { 0: 230, 2: 231, 4: 229, 6: 10, 8: 11, 10: 12, 12: 2300, 14: 2541, 16: 2748 }
  const more: Record<number, number> = { 52: 7589, 70: 50, 72: 1234.5, 200: 398, 202: 399, 204: 397, 342: 1234.5 }
  const view = new DataView(new ArrayBuffer(4))
  return Array.from({ length: count }, (_, index) => {
    const at = address + index
    view.setFloat32(0, { ...values, ...more }[at - (at % 2)] ?? 0)
    return view.getUint16(at % 2 === 0 ? 0 : 2)
  })
}

/** A site of one meter on one line. */
export const oneMeter = (line: object = {}, meter: object = {}): object => ({
  version: 1,
  id: 's',
  name: 'Site',
  grid: { limit: 63 },
  lines: [{ transport: 'tcp', id: 'lan', host: 'h', port: 502, ...line }],
  meters: [{ id: 'm', profile: 'eastron-sdm630', line: 'lan', unit: 1, ...meter }],
  circuits: [{ id: 'main', meter: 'm', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63 } }],
})
