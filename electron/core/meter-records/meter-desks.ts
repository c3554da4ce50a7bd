import { refusal } from '../../../shared/said/refusal.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import { meterEventDataSchema } from '../../../shared/meter-records/meter-event.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { isMbusLine, type Site, type SiteMeter } from '../../../shared/site/site.ts'
import type { BackgroundRead } from '../field/field-source.ts'
import type { Journal } from '../journal.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Clock, Log } from '../ports.ts'
import type { FactShelf } from '../field/fact-shelf.ts'
import type { Recorder } from '../record/recorder.ts'
import type { SiteLock } from '../site-lock.ts'
import { readEvents } from '../power-quality/read-record.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import type { CaptureShelf } from '../waves/capture-shelf.ts'
import type { CaptureBook } from './capture-book.ts'
import { createMeterDesk, type MeterDesk } from './meter-desk.ts'
import { severityOf } from './meter-event.ts'
import { createMeterFacts, type MeterFacts } from './meter-facts.ts'
import { createMeterWay } from './meter-way.ts'

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
  /** Left out, captures live as long as the program. */
  readonly captureShelf?: CaptureShelf
  readonly lock: Pick<SiteLock, 'held'>
}

/** Without a memory of what was taken, the history of this long is looked through. */
const lookBackMs = 400 * 86_400_000

export interface KeptDesk {
  readonly desk: MeterDesk
  readonly facts: MeterFacts
  readonly profile: MeterProfile
}

const hasOwn = ({ clock, logs, meterAlarms, verdict, captures, harmonics }: MeterProfile): boolean =>
  [clock, logs, meterAlarms, verdict, captures, harmonics].some((each) => each !== undefined)

/** The desk of a meter; null: it keeps nothing that is known here. */
const openDesk = (meter: SiteMeter, ports: MeterRecordsPorts, book: CaptureBook): KeptDesk | null => {
  const { site, clock, journal, background, guard } = ports
  const profile = ports.meterProfiles.get(meter.profile)
  const line = site.lines.find(({ id }) => id === meter.line)
  if (profile === undefined || line === undefined || isMbusLine(line) || !hasOwn(profile)) return null
  const name = meter.name ?? meter.id
  const facts = createMeterFacts(meter.id, ports.facts)
  const subject = { kind: 'meter', id: meter.id } as const
  const desk = createMeterDesk({
    meterId: meter.id,
    name,
    profile,
    way: createMeterWay(meter, profile, { clock, background, mayAsk: guard.mayAsk }),
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
  return { desk, facts, profile }
}

/** By meter: keys of the records that the history has. */
const takenBefore = async ({ recorder, clock }: MeterRecordsPorts): Promise<ReadonlyMap<string, readonly string[]>> => {
  const toMs = clock.nowMs()
  const { rows } = await readEvents(recorder, { fromMs: toMs - lookBackMs, toMs: toMs + 86_400_000 })
  const keys = new Map<string, string[]>()
  for (const { kind, data } of rows) {
    const read = kind === 'meter-event' ? meterEventDataSchema.safeParse(data) : null
    if (read?.success === true) keys.set(read.data.source, [...(keys.get(read.data.source) ?? []), read.data.key])
  }
  return keys
}

/** The desks of all meters of the site that keep records of their own. */
export const openMeterDesks = (ports: MeterRecordsPorts, book: CaptureBook) => {
  const { site } = ports
  const desks = new Map<string, KeptDesk>()
  for (const meter of site.meters) {
    const kept = openDesk(meter, ports, book)
    if (kept !== null) desks.set(meter.id, kept)
  }
  return {
    all: (): readonly KeptDesk[] => [...desks.values()],
    /** Throws a Refusal where the meter keeps none. */
    of: (meterId: string): MeterDesk => {
      const found = desks.get(meterId)
      if (found !== undefined) return found.desk
      if (!site.meters.some(({ id }) => id === meterId))
        throw refusal('no-meter', { meterId, meters: site.meters.map(({ id }) => id) })
      throw refusal('meter-keeps-nothing', { meterId })
    },
    /** Where the memory was lost, the history says which records were taken: none comes twice. */
    recall: async (): Promise<void> => {
      const fresh = [...desks.values()].filter(({ facts }) => facts.isNew)
      if (fresh.length === 0) return
      const keys = await takenBefore(ports)
      for (const { desk, facts } of fresh) facts.see(keys.get(desk.meterId) ?? [])
    },
  }
}
export type MeterDesks = ReturnType<typeof openMeterDesks>
