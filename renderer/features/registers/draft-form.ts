import type { Habits } from '../../../shared/api/explore-contract.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { draftValue, type DraftQuantity, type ProfileDraft } from '../../../shared/profile/draft.ts'
import { registerWidth } from '../../../shared/profile/register.ts'
import { judgeWitness, type Witness } from '../../../shared/profile/witness.ts'
import { quantities, type QuantityKey } from '../../../shared/quantities.ts'
import type { Assignment } from './assignment.ts'
import type { Where } from './where-text.ts'

export interface ProfileForm {
  readonly id: string
  readonly make: string
  readonly model: string
  readonly document: string
  readonly probe: string
  readonly maxRegisters: string
  readonly evenOnly: boolean
  readonly timeoutMs: string
  readonly tcp: boolean
  readonly serial: boolean
  readonly note: string
}
export const emptyProfileForm: ProfileForm = {
  id: '',
  make: '',
  model: '',
  document: '',
  probe: '',
  maxRegisters: '',
  evenOnly: false,
  timeoutMs: '500',
  tcp: true,
  serial: true,
  note: '',
}

export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)

const wordsAt = (cells: readonly Cell[], address: number, width: number): number[] | null => {
  const found = Array.from(
    { length: width },
    (_, index) => cells.find((cell) => cell.address === address + index)?.word ?? null,
  )
  return found.includes(null) ? null : (found as number[])
}

export interface AssignedView {
  readonly assignment: Assignment
  /** What it reads now, in its unit. */
  readonly live: number | null
  /** When it was read, where it is not in the range on the screen. */
  readonly lastAtMs: number | null
  readonly isPlausible: boolean
  readonly witness: Witness | null
}
export const viewAssignment = (assignment: Assignment, cells: readonly Cell[], functionCode: 3 | 4): AssignedView => {
  const words =
    assignment.functionCode === functionCode ? wordsAt(cells, assignment.address, registerWidth[assignment.type]) : null
  const known = words ?? assignment.last?.words ?? null
  const live = known === null ? null : draftValue(assignment, known)
  const { low, high } = quantities[assignment.key]
  const held = assignment.held === null ? null : draftValue(assignment, assignment.held.words)
  return {
    assignment,
    live,
    lastAtMs: words === null ? (assignment.last?.atMs ?? null) : null,
    isPlausible: live !== null && live >= low && live <= high,
    witness:
      assignment.shown.trim() === ''
        ? null
        : judgeWitness(assignment.key, assignment.held === null ? live : held, assignment.shown),
  }
}

/** The words of an assignment at this moment, to be held while a person looks at the display. */
export const hold = (
  assignment: Pick<Assignment, 'address' | 'type'>,
  cells: readonly Cell[],
  atMs: number,
): Assignment['held'] => {
  const words = wordsAt(cells, assignment.address, registerWidth[assignment.type])
  return words === null ? null : { words, atMs }
}

/** The assignments with what a round read of them. */
export const refreshed = (
  assignments: readonly Assignment[],
  cells: readonly Cell[],
  functionCode: 3 | 4,
  atMs: number,
): readonly Assignment[] =>
  assignments.map((one) =>
    one.functionCode === functionCode ? { ...one, last: hold(one, cells, atMs) ?? one.last } : one,
  )

const probes: readonly (readonly [QuantityKey, number, number])[] = [
  ['f', 40, 70],
  ['u_l1n', 80, 300],
  ['u_l2n', 80, 300],
  ['u_l3n', 80, 300],
  ['u_ln_avg', 80, 300],
  ['u_l1l2', 140, 520],
  ['u_l2l3', 140, 520],
  ['u_l3l1', 140, 520],
]
/** Quantities that tell a meter from another by their value: the frequency best, then a voltage. */
export const probeChoices = (assignments: readonly Assignment[]): readonly QuantityKey[] => {
  const own = new Set(assignments.map(({ key }) => key))
  const good = probes.map(([key]) => key).filter((key) => own.has(key))
  return good.length > 0 ? good : [...own]
}
const probeOf = (key: string): ProfileDraft['probe'] => {
  const known = probes.find(([probe]) => probe === key)
  const quantity = quantities[key as QuantityKey]
  return { quantity: key, low: known?.[1] ?? quantity.low, high: known?.[2] ?? quantity.high }
}

const everyOf = (key: QuantityKey): DraftQuantity['every'] => {
  const { kind, phase } = quantities[key]
  if (['energy', 'demand', 'distortion', 'unbalance', 'status'].includes(kind)) return 'slow'
  return ['voltage', 'current', 'power'].includes(kind) &&
    (phase === 'L1' || phase === 'L2' || phase === 'L3' || key === 'p_total')
    ? 'fast'
    : 'normal'
}

/** The widest stretch between two assigned registers that was read in one piece without a hole: proven, so a block may cross it. */
export const provenGap = (assignments: readonly Assignment[], cells: readonly Cell[]): number => {
  const sorted = [...assignments].sort((a, b) => a.address - b.address)
  const answered = new Set(cells.flatMap(({ address, word }) => (word === null ? [] : [address])))
  return Math.min(
    124,
    sorted.reduce((widest, { address, type }, index) => {
      const next = sorted[index + 1]
      if (next === undefined) return widest
      const from = address + registerWidth[type]
      const between = Array.from({ length: Math.max(0, next.address - from) }, (_, step) => from + step)
      return between.every((one) => answered.has(one)) ? Math.max(widest, between.length) : widest
    }, 0),
  )
}

export type FormProblems = Readonly<Partial<Record<keyof ProfileForm | 'assignments', string>>>
export const formProblems = (form: ProfileForm, assignments: readonly Assignment[]): FormProblems => {
  const count = Number(form.maxRegisters)
  const timeout = Number(form.timeoutMs)
  return {
    ...(/^[a-z0-9][a-z0-9-]*$/.test(form.id) ? {} : { id: 'Lower-case letters, digits and "-"' }),
    ...(form.make.trim() === '' ? { make: 'As on the plate' } : {}),
    ...(form.model.trim() === '' ? { model: 'As on the plate' } : {}),
    ...(Number.isInteger(count) && count >= 1 && count <= 125 ? {} : { maxRegisters: '1 to 125' }),
    ...(Number.isInteger(timeout) && timeout >= 50 && timeout <= 10_000 ? {} : { timeoutMs: '50 to 10000 ms' }),
    ...(form.tcp || form.serial ? {} : { tcp: 'Choose at least one' }),
    ...(assignments.length === 0 ? { assignments: 'Give at least one register a quantity' } : {}),
  }
}

/** The draft as it goes to the program; null while a register of it was not read. */
export const draftOf = (
  form: ProfileForm,
  assignments: readonly Assignment[],
  cells: readonly Cell[],
  where: Where,
  readFrom: string,
): ProfileDraft | null => {
  const list = assignments.map((one): DraftQuantity | null => {
    const held = one.shown.trim() !== '' && one.held !== null ? one.held : one.last
    return held === null
      ? null
      : {
          key: one.key,
          address: one.address,
          type: one.type,
          wordOrder: one.wordOrder,
          scale: one.scale,
          every: everyOf(one.key),
          space: one.functionCode === 3 ? 'holding' : 'input',
          words: [...held.words],
          atMs: held.atMs,
          shown: one.shown.trim() === '' ? null : one.shown,
        }
  })
  if (list.includes(null)) return null
  const { target } = where
  return {
    id: form.id,
    make: form.make.trim(),
    model: form.model.trim(),
    document: form.document.trim() === '' ? 'no document: found with the register explorer' : form.document.trim(),
    readFrom,
    space:
      assignments.filter(({ functionCode }) => functionCode === 3).length * 2 > assignments.length
        ? 'holding'
        : 'input',
    transports: [
      ...(form.tcp ? ['tcp' as const] : []),
      ...(form.serial ? ['serial' as const, 'rtu-over-tcp' as const] : []),
    ],
    serial:
      target.kind === 'serial'
        ? { baud: target.baud, parity: target.parity, stopBits: target.stopBits, unit: where.unit }
        : null,
    line: {
      maxRegisters: Number(form.maxRegisters),
      maxGap: provenGap(assignments, cells),
      evenOnly: form.evenOnly,
      holes: [],
      timeoutMs: Number(form.timeoutMs),
      quietMs: 0,
    },
    probe: probeOf(form.probe === '' ? (probeChoices(assignments)[0] ?? '') : form.probe),
    notes: form.note.trim() === '' ? [] : [form.note.trim()],
    quantities: list as DraftQuantity[],
  }
}

/** What a measurement of the device says for the form. */
export const formOfHabits = (habits: Habits): Partial<ProfileForm> => ({
  ...(habits.block === null ? {} : { maxRegisters: String(habits.block.answered) }),
  ...(habits.evenOnly?.value == null ? {} : { evenOnly: habits.evenOnly.value }),
  ...(habits.turnaround === null
    ? {}
    : { timeoutMs: String(Math.min(10_000, Math.max(300, Math.ceil((habits.turnaround.longestMs * 5) / 100) * 100))) }),
})
