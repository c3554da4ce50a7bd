import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import type { Site, SiteMeter } from '../../../shared/site/site.ts'
import type { MbusAddress } from '../acquisition/mbus/mbus-frames.ts'
import { createMbusSession, type MbusSession } from '../acquisition/mbus/mbus-session.ts'
import {
  searchMbus,
  type MbusFound,
  type MbusSearchEvent,
  type MbusSearchOptions,
} from '../acquisition/mbus/search-mbus.ts'
import type { Clock, NewId } from '../ports.ts'
import type { MbusLine, MbusOutcome } from '../lines/mbus-line.ts'
import { describeMbus, meterText } from './describe-mbus.ts'
import type { MbusJob } from './plan-mbus.ts'
import type { ScanProgress } from './scan-progress.ts'

interface SearchParts {
  readonly job: MbusJob
  readonly line: Pick<MbusLine, 'converse'>
  readonly site: Site
  readonly profiles: ReadonlyMap<string, MbusProfile>
  readonly progress: ScanProgress
  readonly isStopped: () => boolean
  readonly newId: NewId
  readonly clock: Clock
}

/** Consecutive addresses from the front, as the search takes them. */
const firstSpan = (addresses: readonly number[]): { readonly first: number; readonly last: number } | null => {
  const [first] = addresses
  if (first === undefined) return null
  let last = first
  for (let index = 1; addresses[index] === last + 1; index += 1) last += 1
  return { first, last }
}

/** The address a meter just found is asked by; null where its telegram gave no number to select it by. */
const addressOf = (meter: MbusFound, by: MbusJob['by']): MbusAddress | null => {
  if (by === 'primary') return { kind: 'primary', address: meter.primary }
  return meter.id === null
    ? null
    : {
        kind: 'secondary',
        id: meter.id.toUpperCase(),
        manufacturer: meter.manufacturer,
        version: meter.version,
        medium: meter.medium,
      }
}

const isTheSame = (find: ScanFind, meter: MbusFound): boolean =>
  find.mbus !== null &&
  (meter.id === null
    ? find.mbus.id === null && find.unit === meter.primary
    : find.mbus.id === meter.id &&
      find.mbus.manufacturer === meter.manufacturer &&
      find.mbus.version === meter.version &&
      find.mbus.medium === meter.medium)

/** The site's own meter on this line that was found again. */
const ownMeter = (site: Site, { via }: MbusJob, meter: MbusFound): SiteMeter | undefined =>
  via.kind !== 'site'
    ? undefined
    : site.meters.find(
        ({ line, mbus }) =>
          line === via.line.id &&
          mbus !== undefined &&
          (mbus.secondary === undefined ? mbus.primary === meter.primary : mbus.secondary.toUpperCase() === meter.id),
      )

const withWay = (find: ScanFind, by: MbusJob['by'], primary: number): ScanFind =>
  find.mbus === null
    ? find
    : {
        ...find,
        unit: by === 'primary' ? primary : find.unit,
        mbus: { ...find.mbus, reachedBy: [...find.mbus.reachedBy, by] },
      }

/** What is said of a meter that was found, beside what it says of itself. `own`: the site's name for it. */
const notesOf = (
  meter: MbusFound,
  own: SiteMeter | undefined,
  read: Awaited<ReturnType<MbusSession['read']>> | null,
  described: readonly string[],
): string[] => [
  ...(own === undefined
    ? described
    : [
        `It says of itself: ${meterText(meter)}`,
        `It is ${own.name ?? own.id} of the site, which is read in its period; its values were not asked here`,
      ]),
  ...(read === null ? [] : read.ok ? read.notes : [`Its values could not be read: ${read.fault.message}`]),
  ...(meter.primary === 0 && own === undefined
    ? ['Its primary address is 0, so it was never set up: give it one of its own, or add it by its number']
    : []),
]

/** Reads the values of a meter that was found, and says what it is. */
const describeFound = async (parts: SearchParts, meter: MbusFound): Promise<ScanFind> => {
  const { job, line, site, profiles, progress, newId, clock } = parts
  const own = ownMeter(site, job, meter)
  const address = addressOf(meter, job.by)
  let requests = 0
  let turnaroundMs: number | null = null
  progress.now(`${job.where}: ${meterText(meter)} answers: reading its values`)
  const count = (outcome: MbusOutcome): void => {
    requests += 1
    progress.request()
    if (outcome.ok) turnaroundMs ??= outcome.turnaroundMs
  }
  // The site's own meters are read anyway, in their period.
  const isRead = own === undefined && address !== null
  const read = isRead ? await createMbusSession(line, address, clock, count).read() : null
  const described = describeMbus(meter, read?.ok === true ? read.telegrams : [], profiles.values())
  const { via } = job
  const { id, manufacturer, version, medium, mediumName, primary } = meter
  return {
    id: newId(),
    atMs: clock.nowMs(),
    where: job.where,
    unit: primary,
    mbus: { id, manufacturer, version, medium, mediumName, reachedBy: [job.by] },
    lineId: via.kind === 'site' ? via.line.id : null,
    line: via.kind === 'site' ? null : via.line,
    ...described,
    ...(own === undefined ? {} : { verdict: 'identified', candidates: [] }),
    notes: notesOf(meter, own, read, described.notes),
    turnaroundMs,
    requests,
  }
}

/** What one way over one bus came to so far. */
interface Tally {
  answered: number
  /** Why the bus is lost; null: it is there. */
  lost: string | null
  isMisunderstood: boolean
}
type Progress = Extract<MbusSearchEvent, { kind: 'progress' }>

const examine = async (parts: SearchParts, meter: MbusFound): Promise<void> => {
  const { job, progress } = parts
  const { finds } = progress.state()
  const known = finds.find((find) => isTheSame(find, meter))
  if (known === undefined) progress.found(await describeFound(parts, meter))
  else if (known.mbus?.reachedBy.includes(job.by) !== true)
    progress.change(finds.map((find) => (find.id === known.id ? withWay(find, job.by, meter.primary) : find)))
}

const createWaySearch = (parts: SearchParts) => {
  const { job, line, progress, isStopped } = parts
  const tally: Tally = { answered: 0, lost: null, isMisunderstood: false }
  const collided = ({ at, message }: Extract<MbusSearchEvent, { kind: 'collision' }>): void => {
    tally.isMisunderstood = true
    const place = job.by === 'primary' ? `address ${at}` : `numbers ${at.padEnd(8, '*')}`
    progress.trouble(`${job.where}, ${place}`, 'collision', message)
  }
  return {
    tally,
    run: async (
      options: Omit<MbusSearchOptions, 'isCancelled' | 'by'>,
      onProgress: (event: Progress) => void,
    ): Promise<'done' | 'stopped'> => {
      let asked = 0
      for await (const event of searchMbus(line, { ...options, by: job.by, isCancelled: isStopped })) {
        switch (event.kind) {
          case 'found':
            tally.answered += 1
            await examine(parts, event.meter)
            break
          case 'collision':
            collided(event)
            break
          case 'note':
            progress.note(event.message.charAt(0).toUpperCase() + event.message.slice(1))
            break
          case 'progress':
            for (; asked < event.asked; asked += 1) progress.request()
            onProgress(event)
            break
          case 'end':
            if (event.why === 'offline') tally.lost = event.message
            if (event.why !== 'done') return 'stopped'
        }
      }
      return 'done'
    },
    tried: (done: number): void => {
      if (done <= job.done) return
      progress.tried(done - job.done)
      job.done = done
    },
  }
}
type WaySearch = ReturnType<typeof createWaySearch>

const searchByNumber = async (job: MbusJob, { progress }: SearchParts, { run, tried }: WaySearch): Promise<void> => {
  progress.now(`${job.where}: by number`)
  const from = job.from === null ? {} : { from: job.from }
  const end = await run({ hexDigits: job.hexDigits, ...from }, ({ share, at }) => {
    job.from = at
    progress.now(`${job.where}: numbers ${at.padEnd(8, '*')}`)
    // The last hundredth is done when the search says so.
    tried(Math.min(job.steps - 1, Math.floor(share * job.steps)))
  })
  if (end === 'done') tried(job.steps)
}

const searchByAddress = async (
  job: MbusJob,
  { progress, isStopped }: SearchParts,
  { run, tried, tally }: WaySearch,
): Promise<void> => {
  const next = () => firstSpan(job.addresses.slice(job.done))
  for (let span = next(); span !== null && !isStopped() && tally.lost === null; span = next()) {
    progress.now(`${job.where}: address ${span.first}`)
    await run({ range: span }, ({ at }) => {
      progress.now(`${job.where}: address ${at}`)
      tried(job.done + 1)
    })
  }
}

/** Searches one M-Bus one way from where it stopped; resolves with how many meters answered and what ended it early, or null. */
export const searchMbusJob = async (
  parts: SearchParts,
): Promise<{ readonly lost: string | null; readonly answered: number }> => {
  const { job, progress, isStopped } = parts
  const way = createWaySearch(parts)
  if (job.by === 'secondary') await searchByNumber(job, parts, way)
  else await searchByAddress(job, parts, way)
  const { answered, lost, isMisunderstood } = way.tally
  if (isStopped()) return { lost, answered }
  if (job.done < job.steps) {
    progress.tried(job.steps - job.done, true)
    job.done = job.steps
  }
  if (lost !== null) progress.trouble(job.where, 'failed', lost)
  else if (answered === 0 && !isMisunderstood)
    progress.trouble(
      `${job.where}, ${job.by === 'primary' ? 'by address' : 'by number'}`,
      'mute',
      'nobody answers: check that the level converter feeds the bus, the two wires, the speed (2400 baud from the factory) and the parity (even)',
    )
  return { lost, answered }
}
