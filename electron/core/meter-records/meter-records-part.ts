import { Refusal, type Caller } from '../../../shared/api/define.ts'
import type { meterRecordsContract } from '../../../shared/api/meter-records-contract.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { isMbusLine, type Site } from '../../../shared/site/site.ts'
import type { LazyFile } from '../report/lazy-file.ts'
import type { BackgroundRead } from '../field/field-source.ts'
import type { Journal } from '../journal.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Part } from '../part.ts'
import type { Clock, FactShelf, Log, Recorder, SiteLock, Stop, TimeRange } from '../ports.ts'
import { meterEventDataSchema } from '../../../shared/meter-records/meter-event.ts'
import { readEvents } from '../power-quality/read-record.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import { createCaptureBook } from './capture-book.ts'
import { createMeterDesk, type MeterDesk } from './meter-desk.ts'
import { severityOf } from './meter-event.ts'
import { createMeterFacts } from './meter-facts.ts'
import { createMeterWay } from './meter-way.ts'
import type { MeterCaptures } from './meter-captures.ts'

export interface MeterRecordsPorts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly clock: Clock
  readonly log: Log
  readonly journal: Pick<Journal, 'write' | 'writeAt'>
  readonly recorder: Pick<Recorder, 'events'>
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<AuditRow>
  readonly runner: Pick<SiteRunner, 'feed'>
  readonly background: BackgroundRead
  readonly guard: Pick<AskGuard, 'mayAsk'>
  readonly facts?: FactShelf
  readonly lock: Pick<SiteLock, 'held'>
}

/** Every meter is looked at this often: its clock and alarms, then its logs; captures more seldom. Editable assumptions, ms. */
const lookEveryMs = 20_000
const capturesEveryMs = 300_000
const watchEveryMs = 2000
/** Without a memory of what was taken, the history of this long is looked through. */
const lookBackMs = 400 * 86_400_000

const hasOwn = ({ clock, logs, meterAlarms, verdict, captures, harmonics }: MeterProfile): boolean =>
  [clock, logs, meterAlarms, verdict, captures, harmonics].some((each) => each !== undefined)

const operatorOnly = (caller: Caller): void => {
  if (caller.role !== 'operator') throw new Refusal('only an operator may write to a meter')
}

/** Meters' own records: clocks, logs, alarms, captures. Says nothing of its health to the fold of parts: control does not rest on it. */
export const createMeterRecordsPart = (
  ports: MeterRecordsPorts,
): Part<typeof meterRecordsContract> & {
  readonly captures: MeterCaptures
  readonly filesOf: (range: TimeRange) => readonly LazyFile[]
} => {
  const { site, clock, log, journal } = ports
  const book = createCaptureBook()
  let isStopped = false
  const stops: Stop[] = []
  const busy = new Set<Promise<void>>()

  const desks = new Map<
    string,
    { readonly desk: MeterDesk; readonly facts: ReturnType<typeof createMeterFacts>; readonly profile: MeterProfile }
  >()
  for (const meter of site.meters) {
    const profile = ports.meterProfiles.get(meter.profile)
    const line = site.lines.find(({ id }) => id === meter.line)
    if (profile === undefined || line === undefined || isMbusLine(line) || !hasOwn(profile)) continue
    const name = meter.name ?? meter.id
    const facts = createMeterFacts(meter.id, ports.facts)
    const way = createMeterWay(meter, profile, { clock, background: ports.background, mayAsk: ports.guard.mayAsk })
    const subject = { kind: 'meter', id: meter.id } as const
    const desk = createMeterDesk({
      meterId: meter.id,
      name,
      profile,
      way,
      facts,
      book,
      nominalV: site.grid.nominalVoltage,
      nominalHz: site.grid.frequency,
      now: clock.nowMs,
      mayTake: ports.lock.held,
      onEvent: (data) =>
        void journal.writeAt(data.fromMs, 'meter-event', severityOf(data), subject, { ...data, meter: name }),
      onCapture: (capture) => void journal.write('wave-captured', 'info', subject, { ...capture, name }),
    })
    desks.set(meter.id, { desk, facts, profile })
  }

  const deskOf = (meterId: string): MeterDesk => {
    const found = desks.get(meterId)
    if (found !== undefined) return found.desk
    const isThere = site.meters.some(({ id }) => id === meterId)
    throw new Refusal(
      isThere
        ? `the profile of meter '${meterId}' knows of no records of its own`
        : `there is no meter '${meterId}' on this site`,
    )
  }

  /** Where the memory was lost, the history says which records were taken: none comes twice. */
  const recall = async (): Promise<void> => {
    const fresh = [...desks.values()].filter(({ facts }) => facts.isNew)
    if (fresh.length === 0) return
    const toMs = clock.nowMs()
    const { rows } = await readEvents(ports.recorder, { fromMs: toMs - lookBackMs, toMs: toMs + 86_400_000 })
    const keys = new Map<string, string[]>()
    for (const { kind, data } of rows) {
      const read = kind === 'meter-event' ? meterEventDataSchema.safeParse(data) : null
      if (read?.success === true) keys.set(read.data.source, [...(keys.get(read.data.source) ?? []), read.data.key])
    }
    for (const { desk, facts } of fresh) facts.see(keys.get(desk.meterId) ?? [])
  }

  const look = async (desk: MeterDesk, capturesDue: boolean): Promise<void> => {
    await desk.lookAtState()
    if (isStopped) return
    const { told, meterId } = desk
    ports.runner.feed({ kind: 'observation', observation: { kind: 'meter-told', meterId, told: told() } })
    await desk.lookAtLogs(() => isStopped)
    if (capturesDue && !isStopped) await desk.lookAtCaptures()
  }

  const run = async (desk: MeterDesk): Promise<void> => {
    let capturesAtMs = -Infinity
    while (!isStopped) {
      const due = clock.monotonicMs() - capturesAtMs >= capturesEveryMs
      if (due) capturesAtMs = clock.monotonicMs()
      try {
        await look(desk, due)
      } catch (error) {
        log.error(`the records of meter ${desk.meterId} could not be read; please report this`, {
          error: String(error),
        })
      }
      if (isStopped) return
      await new Promise<void>((resolve) => {
        const cancel = clock.after(lookEveryMs, resolve)
        stops.push(() => {
          cancel()
          resolve()
        })
      })
      stops.splice(0, Math.max(0, stops.length - desks.size))
    }
  }

  const captureOf = async (
    meterId: string,
  ): Promise<{ readonly ids: readonly string[]; readonly notes: readonly string[] }> => {
    const taken = await deskOf(meterId).capture()
    if ('why' in taken) throw new Refusal(taken.why)
    return taken
  }

  return {
    name: 'the meters’ own records',
    start: () => {
      if (desks.size === 0) return
      void recall()
        .catch((error: unknown) =>
          log.error('which records of meters were taken before is not known', { error: String(error) }),
        )
        .then(() => {
          for (const { desk } of desks.values()) {
            const running = run(desk).finally(() => busy.delete(running))
            busy.add(running)
          }
        })
    },
    // What is paused is given back by whoever paused it: the visit ends with its next request.
    stop: async () => {
      isStopped = true
      for (const stop of stops.splice(0)) stop()
      await Promise.all([...busy])
    },
    captures: {
      sources: () =>
        [...desks.values()].flatMap(({ desk, profile }) =>
          profile.captures === undefined
            ? []
            : [
                {
                  meterId: desk.meterId,
                  name: desk.state().name,
                  procedure: profile.captures.kind,
                  accuracyClass: profile.captures.class,
                  missing: profile.captures.missing,
                  device: `${profile.make} ${profile.models[0] ?? ''}`,
                  isReading: desk.isReading(),
                },
              ],
        ),
      list: book.list,
      bytesOf: book.bytesOf,
      take: captureOf,
    },
    filesOf: ({ fromMs, toMs }) =>
      book.between(fromMs, toMs).map(({ summary, bytes }) => ({
        name: `captures/${summary.captureId}.tws`,
        content: () => [bytes],
      })),
    handlers: {
      'meterRecords.watch': (_input, push) => {
        const send = (): void => push({ meters: [...desks.values()].map(({ desk }) => desk.state()) })
        let cancel: Stop = () => undefined
        const again = (): void => {
          send()
          cancel = clock.after(watchEveryMs, again)
        }
        again()
        return () => cancel()
      },
      'meterRecords.setClock': async ({ meterId, who, reason }, caller) => {
        operatorOnly(caller)
        if (!ports.lock.held) throw new Refusal('another program has this site; set the clock there')
        const desk = deskOf(meterId)
        const before = desk.state().clock?.told ?? null
        // Before it is done: a write that nobody can account for is worse than one that was announced and failed.
        await ports.audit({
          atMs: clock.nowMs(),
          who,
          action: 'meter-clock',
          subject: meterId,
          detail: { reason, before },
        })
        const done = await desk.setClock()
        const failed = typeof done === 'string' ? done : null
        const errorMs = typeof done === 'string' ? null : done.after.errorMs
        const facts = { meter: desk.state().name, who, reason, failed, errorMs }
        journal.write('meter-clock-set', failed === null ? 'info' : 'warning', { kind: 'meter', id: meterId }, facts)
        if (typeof done === 'string') throw new Refusal(done)
        ports.runner.feed({ kind: 'observation', observation: { kind: 'meter-told', meterId, told: desk.told() } })
        return done
      },
      'meterRecords.reconstruct': async ({ meterId, voltageUnit }) => {
        const made = await deskOf(meterId).reconstruct(voltageUnit)
        if (typeof made === 'string') throw new Refusal(made)
        return made
      },
    },
  }
}
