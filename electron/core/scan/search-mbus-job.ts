import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import type { Site, SiteMeter } from '../../../shared/site/site.ts'
import type { MbusAddress } from '../acquisition/mbus/mbus-frames.ts'
import { createMbusSession } from '../acquisition/mbus/mbus-session.ts'
import {
  searchMbus,
  type MbusFound,
  type MbusSearchEvent,
  type MbusSearchOptions,
} from '../acquisition/mbus/search-mbus.ts'
import type { Clock, MbusLine, NewId } from '../ports.ts'
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

/** Searches one M-Bus one way from where it stopped; resolves with how many meters answered and what ended it early, or null. */
export const searchMbusJob = async ({
  job,
  line,
  site,
  profiles,
  progress,
  isStopped,
  newId,
  clock,
}: SearchParts): Promise<{ readonly lost: string | null; readonly answered: number }> => {
  let answered = 0
  let lost: string | null = null
  let isMisunderstood = false

  const tried = (done: number): void => {
    if (done <= job.done) return
    progress.tried(done - job.done)
    job.done = done
  }
  const examine = async (meter: MbusFound): Promise<void> => {
    answered += 1
    const known = progress.state().finds.find((find) => isTheSame(find, meter))
    if (known?.mbus?.reachedBy.includes(job.by) === true) return
    if (known !== undefined) {
      progress.change(
        progress.state().finds.map((find) =>
          find.id !== known.id || find.mbus === null
            ? find
            : {
                ...find,
                unit: job.by === 'primary' ? meter.primary : find.unit,
                mbus: { ...find.mbus, reachedBy: [...find.mbus.reachedBy, job.by] },
              },
        ),
      )
      return
    }
    const own = ownMeter(site, job, meter)
    const address = addressOf(meter, job.by)
    let requests = 0
    let turnaroundMs: number | null = null
    progress.now(`${job.where}: ${meterText(meter)} answers: reading its values`)
    // The site's own meters are read anyway, in their period.
    const read =
      own !== undefined || address === null
        ? null
        : await createMbusSession(line, address, clock, (outcome) => {
            requests += 1
            progress.request()
            if (outcome.ok) turnaroundMs ??= outcome.turnaroundMs
          }).read()
    const described = describeMbus(meter, read?.ok === true ? read.telegrams : [], profiles.values())
    const { via } = job
    const { id, manufacturer, version, medium, mediumName, primary } = meter
    progress.found({
      id: newId(),
      atMs: clock.nowMs(),
      where: job.where,
      unit: primary,
      mbus: { id, manufacturer, version, medium, mediumName, reachedBy: [job.by] },
      lineId: via.kind === 'site' ? via.line.id : null,
      line: via.kind === 'site' ? null : via.line,
      ...described,
      ...(own === undefined ? {} : { verdict: 'identified', candidates: [] }),
      notes: [
        ...(own === undefined
          ? described.notes
          : [
              `It says of itself: ${meterText(meter)}`,
              `It is ${own.name ?? own.id} of the site, which is read in its period; its values were not asked here`,
            ]),
        ...(read === null ? [] : read.ok ? read.notes : [`Its values could not be read: ${read.fault.message}`]),
        ...(primary === 0 && own === undefined
          ? ['Its primary address is 0, so it was never set up: give it one of its own, or add it by its number']
          : []),
      ],
      turnaroundMs,
      requests,
    })
  }

  const run = async (
    options: Omit<MbusSearchOptions, 'isCancelled' | 'by'>,
    onProgress: (event: Extract<MbusSearchEvent, { kind: 'progress' }>) => void,
  ): Promise<'done' | 'stopped'> => {
    let asked = 0
    for await (const event of searchMbus(line, { ...options, by: job.by, isCancelled: isStopped })) {
      switch (event.kind) {
        case 'found':
          await examine(event.meter)
          break
        case 'collision':
          isMisunderstood = true
          progress.trouble(
            `${job.where}, ${job.by === 'primary' ? `address ${event.at}` : `numbers ${event.at.padEnd(8, '*')}`}`,
            'collision',
            event.message,
          )
          break
        case 'note':
          progress.note(event.message.charAt(0).toUpperCase() + event.message.slice(1))
          break
        case 'progress':
          for (; asked < event.asked; asked += 1) progress.request()
          onProgress(event)
          break
        case 'end':
          if (event.why === 'offline') lost = event.message
          if (event.why !== 'done') return 'stopped'
      }
    }
    return 'done'
  }

  if (job.by === 'secondary') {
    progress.now(`${job.where}: by number`)
    const end = await run(
      { hexDigits: job.hexDigits, ...(job.from === null ? {} : { from: job.from }) },
      ({ share, at }) => {
        job.from = at
        progress.now(`${job.where}: numbers ${at.padEnd(8, '*')}`)
        // The last hundredth is done when the search says so.
        tried(Math.min(job.steps - 1, Math.floor(share * job.steps)))
      },
    )
    if (end === 'done') tried(job.steps)
  } else {
    for (
      let span = firstSpan(job.addresses.slice(job.done));
      span !== null && !isStopped() && lost === null;
      span = firstSpan(job.addresses.slice(job.done))
    ) {
      progress.now(`${job.where}: address ${span.first}`)
      await run({ range: span }, ({ at }) => {
        progress.now(`${job.where}: address ${at}`)
        tried(job.done + 1)
      })
    }
  }
  if (!isStopped()) {
    if (job.done < job.steps) {
      progress.tried(job.steps - job.done, true)
      job.done = job.steps
    }
    if (lost !== null) progress.trouble(job.where, 'failed', lost)
    else if (answered === 0 && !isMisunderstood) {
      progress.trouble(
        `${job.where}, ${job.by === 'primary' ? 'by address' : 'by number'}`,
        'mute',
        'nobody answers: check that the level converter feeds the bus, the two wires, the speed (2400 baud from the factory) and the parity (even)',
      )
    }
  }
  return { lost, answered }
}
