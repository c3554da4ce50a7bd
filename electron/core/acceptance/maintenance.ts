import { z } from 'zod'
import { duesOf, notedDutySchema, type Due, type Duty, type NotedDuty } from '../../../shared/acceptance/due.ts'
import { siteChangesOf } from '../../../shared/acceptance/site-diff.ts'
import { tripUnitDifferences } from '../../../shared/acceptance/trip-unit.ts'
import {
  summaryOf,
  type AcceptanceRun,
  type Baseline,
  type DeviceIdentity,
  type ProtectionFacts,
} from '../../../shared/acceptance/run.ts'
import type { Maintenance } from '../../../shared/api/acceptance-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { own } from '../../../shared/own.ts'
import { redact } from '../../../shared/site/redact.ts'
import type { Site } from '../../../shared/site/site.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AcceptanceShelf } from './acceptance-shelf.ts'
import type { IdentityReader } from './identity.ts'

export interface MaintenanceParts {
  readonly site: Site
  readonly shelf: Pick<AcceptanceShelf, 'duties' | 'keepDuties'>
  readonly identities: IdentityReader
  readonly live: () => Live | null
  readonly siteText: string
  readonly nowMs: () => number
}

export const protectionOf = (site: Site, live: Live | null): readonly ProtectionFacts[] =>
  site.circuits.flatMap((circuit) => {
    const read = own(live?.image.circuits ?? {}, circuit.id)?.protection?.settings ?? null
    return circuit.breaker === undefined && read === null
      ? []
      : [{ circuitId: circuit.id, name: circuit.name ?? circuit.id, declared: circuit.breaker ?? null, read }]
  })

type DeviceChange = Maintenance['devices'][number]

const compared = (what: string, was: string | null, is: string | null, why: string | null): DeviceChange => ({
  what,
  was,
  is,
  state: was === null || is === null ? 'unknown' : was === is ? 'same' : 'changed',
  why:
    was !== null && is !== null
      ? null
      : (why ?? (was === null ? 'it was not known at the acceptance' : 'it is not known now')),
})
const text = (value: string | number | null): string | null => (value === null ? null : String(value))

const deviceChanges = (was: DeviceIdentity, is: DeviceIdentity | undefined): readonly DeviceChange[] => {
  if (is === undefined)
    return [
      { what: was.name, was: was.profile, is: null, state: 'changed', why: 'it is not in the site file any more' },
    ]
  const rows: readonly (readonly [string, string | null, string | null])[] = [
    ['serial number', was.serial, is.serial],
    ['firmware', was.firmware, is.firmware],
    ['what it says of itself', was.says, is.says],
    ['ratio set in it, primary (A)', text(was.ctPrimaryA), text(is.ctPrimaryA)],
    ['ratio set in it, secondary (A)', text(was.ctSecondaryA), text(is.ctSecondaryA)],
  ]
  const known = rows.filter(([, before, now]) => before !== null || now !== null)
  if (known.length === 0)
    return [compared(`${was.name}: serial number, firmware, ratio`, null, null, is.why ?? was.why)]
  return known.map(([what, before, now]) => compared(`${was.name}: ${what}`, before, now, is.why))
}

const settingsText = ({ read }: ProtectionFacts): string | null =>
  read === null
    ? null
    : Object.entries(read)
        .map(([key, value]) => `${key} ${value ?? '–'}`)
        .join(', ')

const protectionChanges = (was: Baseline['protection'], now: readonly ProtectionFacts[]): readonly DeviceChange[] =>
  now.flatMap((is) => {
    const before = was.find(({ circuitId }) => circuitId === is.circuitId)
    if (before?.read == null && is.read === null) return []
    const change = compared(
      `${is.name}: settings read from its trip unit`,
      before === undefined ? null : settingsText(before),
      settingsText(is),
      'its trip unit is not read now',
    )
    const differs = is.read === null || is.declared === null ? [] : tripUnitDifferences(is.declared, is.read)
    return differs.length === 0
      ? [change]
      : [
          change,
          {
            what: `${is.name}: trip unit against the site file`,
            was: 'as declared',
            is: differs.join('; '),
            state: 'changed' as const,
            why: null,
          },
        ]
  })

const dutiesSchema = z.array(notedDutySchema)

/** What changed since the last acceptance, and what is due. */
export const createMaintenance = (parts: MaintenanceParts) => {
  const { site, shelf } = parts
  const subjects = {
    site: { id: site.id, name: site.name },
    meters: site.meters.map(({ id, name }) => ({ id, name: name ?? id })),
    chargers: site.chargers.map(({ id, name }) => ({ id, name: name ?? id })),
    withRcd: site.circuits.flatMap(({ id, name, breaker }) =>
      breaker?.rcd === undefined ? [] : [{ id, name: name ?? id }],
    ),
    withBreaker: site.circuits.flatMap(({ id, name, breaker }) =>
      breaker === undefined || !['thermal-magnetic', 'electronic'].includes(breaker.curve)
        ? []
        : [{ id, name: name ?? id }],
    ),
  }
  const kept = (): readonly NotedDuty[] => {
    const found = shelf.duties()
    if (found === undefined) return []
    const read = dutiesSchema.safeParse(found)
    if (!read.success) throw refusal('duties-unreadable', { problem: read.error.issues[0]?.message ?? '' })
    return read.data
  }
  /** An acceptance that is finished is its own note. */
  const noted = (runs: readonly AcceptanceRun[]): readonly NotedDuty[] => [
    ...kept(),
    ...runs.flatMap((run): readonly NotedDuty[] =>
      run.state !== 'finished' || run.finishedAtMs === null || run.siteId !== site.id
        ? []
        : [
            {
              kind: 'acceptance',
              subjectId: site.id,
              doneOn: new Date(run.finishedAtMs).toISOString().slice(0, 10),
              months: 12,
              note: run.reason,
              who: run.who,
              atMs: run.finishedAtMs,
            },
          ],
    ),
  ]
  const due = (runs: readonly AcceptanceRun[]): Due[] => [...duesOf(subjects, noted(runs), parts.nowMs())]

  return {
    baseline: async (): Promise<Baseline> => ({
      atMs: parts.nowMs(),
      siteText: redact(parts.siteText, { keepComments: false }).text,
      devices: [...(await parts.identities())],
      protection: [...protectionOf(site, parts.live())],
    }),
    look: async (runs: readonly AcceptanceRun[]): Promise<Maintenance> => {
      const last = runs.find((run) => run.state === 'finished' && run.baseline !== null && run.siteId === site.id)
      const before = last?.baseline ?? null
      if (last === undefined || before === null)
        return { baseline: null, nowMs: parts.nowMs(), site: [], devices: [], due: due(runs) }
      const now = await parts.identities()
      const isNew = now.filter(({ id }) => !before.devices.some((device) => device.id === id))
      return {
        baseline: summaryOf(last),
        nowMs: parts.nowMs(),
        site: [...(siteChangesOf(before.siteText, redact(parts.siteText, { keepComments: false }).text) ?? [])],
        devices: [
          ...before.devices.flatMap((device) =>
            deviceChanges(
              device,
              now.find(({ id }) => id === device.id),
            ),
          ),
          ...isNew.map((device) => ({
            what: device.name,
            was: null,
            is: device.profile,
            state: 'changed' as const,
            why: 'it came after the acceptance',
          })),
          ...protectionChanges(before.protection, protectionOf(site, parts.live())),
        ],
        due: due(runs),
      }
    },
    note: async (duty: Duty, who: string, runs: readonly AcceptanceRun[]): Promise<Due[]> => {
      const isKnown = [subjects.site, ...subjects.meters, ...subjects.chargers, ...site.circuits].some(
        ({ id }) => id === duty.subjectId,
      )
      if (!isKnown) throw refusal('no-subject', { subjectId: duty.subjectId })
      if (Date.parse(duty.doneOn) > parts.nowMs() + 86_400_000) throw refusal('duty-to-come', {})
      await shelf.keepDuties([...kept(), { ...duty, who, atMs: parts.nowMs() }])
      return due(runs)
    },
  }
}
