/**
 * The registers a building or energy management system reads: 32-bit floats (IEEE 754, high word first) in blocks of fixed length, so that
 * an address is a sum. A block's place follows from the order in the site file.
 */
import { perPhase, phases, type Phase } from '../model/phase.ts'
import { chargerStatuses, type ChargerStatus } from '../model/image.ts'
import type { Site } from '../site/site.ts'
import type { FeedPicture, FeedSubject, SubjectKind } from './feed-picture.ts'

/** Registers in a block; two for each value. */
export const blockLength = 32
/** Zero-based address of the first block of each kind, and how many there is room for. */
const areas: Readonly<Record<SubjectKind, { readonly first: number; readonly most: number }>> = {
  site: { first: 0, most: 1 },
  circuit: { first: 1000, most: 400 },
  charger: { first: 16_000, most: 700 },
  meter: { first: 40_000, most: 700 },
}

/** One value of a block: what stands there, and where it comes from. */
export interface RegisterSlot {
  readonly label: string
  readonly unit: string
  readonly read: (subject: FeedSubject) => number | null
}

const find =
  (key: string, phase: Phase | null = null) =>
  ({ values }: FeedSubject): number | null =>
    values.find((value) => value.key === key && value.phase === phase)?.value ?? null
/** Age of the oldest value of the block that has one, s. */
const oldest = ({ values }: FeedSubject): number | null => {
  const ages = values.flatMap(({ ageMs }) => (ageMs === null ? [] : [ageMs]))
  return ages.length === 0 ? null : Math.max(...ages) / 1000
}
const slot = (label: string, unit: string, read: RegisterSlot['read']): RegisterSlot => ({ label, unit, read })
const threePhases = (label: string, unit: string, key: string): RegisterSlot[] =>
  phases.map((phase) => slot(`${label} ${phase}`, unit, find(key, phase)))
const age = slot('age of the oldest value', 's', oldest)

const statusCode = ({ words }: FeedSubject): number | null => {
  const at = chargerStatuses.indexOf(words['status'] as ChargerStatus)
  return at < 0 ? null : at + 1
}
const statusLabel = `status: ${chargerStatuses.map((status, index) => `${index + 1} ${status}`).join(', ')}`

const terminal = perPhase((phase) => phase.toLowerCase())
const slots: Readonly<Record<SubjectKind, readonly RegisterSlot[]>> = {
  site: [
    slot('counter, one more with each picture of the site', '1', find('counter')),
    slot('control: 1 armed, 0 monitoring', '1', find('armed')),
    slot('critical alarms', '1', find('alarms_critical')),
    slot('warnings', '1', find('alarms_warning')),
  ],
  circuit: [
    age,
    ...threePhases('current', 'A', 'current'),
    ...threePhases('limit', 'A', 'limit'),
    ...threePhases('left below the limit', 'A', 'headroom'),
    ...threePhases('thermal margin used, at most', '%', 'thermal_used'),
  ],
  charger: [
    age,
    ...threePhases('current', 'A', 'current'),
    slot('power', 'W', find('power')),
    slot('limit, read back', 'A', find('limit')),
    slot('energy of the session', 'kWh', find('energy_session')),
    slot('energy', 'kWh', find('energy')),
    slot(statusLabel, '1', statusCode),
  ],
  meter: [
    age,
    ...phases.map((phase) => slot(`voltage ${phase} to N`, 'V', find(`u_${terminal[phase]}n`))),
    ...phases.map((phase) => slot(`current ${phase}`, 'A', find(`i_${terminal[phase]}`))),
    slot('active power', 'W', find('p_total')),
    slot('reactive power', 'var', find('q_total')),
    slot('frequency', 'Hz', find('f')),
    slot('active energy, import', 'kWh', find('e_import')),
    slot('active energy, export', 'kWh', find('e_export')),
  ],
}

export interface RegisterRow {
  /** Zero-based, as on the wire. */
  readonly address: number
  readonly kind: SubjectKind
  readonly id: string
  readonly label: string
  readonly unit: string
}

interface Placed {
  readonly kind: SubjectKind
  readonly id: string
  readonly at: number
}
const placedOf = (site: Site): readonly Placed[] => {
  const lists = { site: [site], circuit: site.circuits, charger: site.chargers, meter: site.meters }
  return (Object.keys(areas) as SubjectKind[]).flatMap((kind) =>
    lists[kind].slice(0, areas[kind].most).map(({ id }, index) => ({
      kind,
      id,
      at: areas[kind].first + index * blockLength,
    })),
  )
}

/** Every register that is served, for the person who sets up the other system. */
export const registerRows = (site: Site): readonly RegisterRow[] =>
  placedOf(site).flatMap(({ kind, id, at }) =>
    slots[kind].map(({ label, unit }, index) => ({ address: at + 2 * index, kind, id, label, unit })),
  )

/** What a value that is missing reads as: "not a number", never zero. */
const missing = 0x7fc00000

/** The registers as they are at one moment. */
export interface RegisterImage {
  /** Word at an address; null: nothing is served there. */
  readonly word: (address: number) => number | null
}

export const registerImage = (site: Site, picture: FeedPicture): RegisterImage => {
  const words = new Map<number, number>()
  const view = new DataView(new ArrayBuffer(4))
  const subjects = new Map(picture.subjects.map((subject) => [`${subject.kind} ${subject.id}`, subject]))
  for (const { kind, id, at } of placedOf(site)) {
    const subject = subjects.get(`${kind} ${id}`)
    slots[kind].forEach(({ read }, index) => {
      const value = subject === undefined ? null : read(subject)
      if (value === null || !Number.isFinite(value)) view.setUint32(0, missing)
      else view.setFloat32(0, value)
      words.set(at + 2 * index, view.getUint16(0))
      words.set(at + 2 * index + 1, view.getUint16(2))
    })
  }
  return { word: (address) => words.get(address) ?? null }
}
