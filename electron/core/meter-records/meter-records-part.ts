import type { Caller, Handlers } from '../../../shared/api/define.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { meterRecordsContract } from '../../../shared/api/meter-records-contract.ts'
import type { Part } from '../part.ts'
import type { Stop } from '../ports.ts'
import { createCaptureBook } from './capture-book.ts'
import { createDeskRounds } from './desk-rounds.ts'
import { capturingMeter, type CapturingMeter, type MeterCaptures } from './meter-captures.ts'
import { openMeterDesks, type KeptDesk, type MeterDesks, type MeterRecordsPorts } from './meter-desks.ts'

export type { MeterRecordsPorts } from './meter-desks.ts'

const watchEveryMs = 2000

type MeterRecordsHandlers = Handlers<typeof meterRecordsContract>

const operatorOnly = (caller: Caller): void => {
  if (caller.role !== 'operator') throw refusal('operators-only', { what: 'write to a meter' })
}

const setClock =
  (ports: MeterRecordsPorts, desks: MeterDesks): MeterRecordsHandlers['meterRecords.setClock'] =>
  async ({ meterId, who, reason }, caller) => {
    const { clock, journal, runner } = ports
    operatorOnly(caller)
    if (!ports.lock.held) throw refusal('clock-elsewhere', {})
    const desk = desks.of(meterId)
    const { name, clock: seen } = desk.state()
    const detail = { reason, before: seen?.told ?? null }
    // Before it is done: a write that nobody can account for is worse than one that was announced and failed.
    await ports.audit({ atMs: clock.nowMs(), who, action: 'meter-clock', subject: meterId, detail })
    const done = await desk.setClock()
    const failed = typeof done === 'string' ? done : null
    const facts = { meter: name, who, reason, failed, errorMs: typeof done === 'string' ? null : done.after.errorMs }
    journal.write('meter-clock-set', failed === null ? 'info' : 'warning', { kind: 'meter', id: meterId }, facts)
    if (typeof done === 'string') throw refusal('meter-clock-not-set', { why: done })
    runner.feed({ kind: 'observation', observation: { kind: 'meter-told', meterId, told: desk.told() } })
    return done
  }

const handlersOf = (ports: MeterRecordsPorts, desks: MeterDesks): MeterRecordsHandlers => ({
  'meterRecords.watch': (_input, push) => {
    let cancel: Stop = () => undefined
    const again = (): void => {
      push({ meters: desks.all().map(({ desk }) => desk.state()) })
      cancel = ports.clock.after(watchEveryMs, again)
    }
    again()
    return () => cancel()
  },
  'meterRecords.setClock': setClock(ports, desks),
  'meterRecords.reconstruct': async ({ meterId, voltageUnit }) => {
    const made = await desks.of(meterId).reconstruct(voltageUnit)
    if (typeof made === 'string') throw refusal('not-reconstructed', { why: made })
    return made
  },
})

const capturingOf = ({ desk, profile }: KeptDesk): readonly CapturingMeter[] =>
  capturingMeter({ id: desk.meterId, name: desk.state().name }, profile, desk.isReading())

/** Meters' own records: clocks, logs, alarms, captures. Says nothing of its health to the fold of parts: control does not rest on it. */
export const createMeterRecordsPart = (
  ports: MeterRecordsPorts,
): Part<typeof meterRecordsContract> & {
  readonly captures: MeterCaptures
} => {
  const book = createCaptureBook(ports.captureShelf)
  const desks = openMeterDesks(ports, book)
  const rounds = createDeskRounds(ports, desks)
  return {
    name: 'the meters’ own records',
    start: rounds.start,
    stop: rounds.stop,
    captures: {
      sources: () => desks.all().flatMap(capturingOf),
      list: book.list,
      bytesOf: book.bytesOf,
      room: book.room,
      take: async (meterId) => {
        const taken = await desks.of(meterId).capture()
        if ('why' in taken) throw refusal('no-capture-taken', { why: taken.why })
        return taken
      },
    },
    handlers: handlersOf(ports, desks),
  }
}
