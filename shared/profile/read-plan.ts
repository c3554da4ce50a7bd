/** Which blocks to read so that every wanted quantity comes in the fewest legal requests. */
import type { Cadence } from './meter-profile.ts'
import { registerSpan, type LineHabits, type Register, type RegisterSpace } from './register.ts'

/** One read request and the quantities decoded from its reply. `status` is the key of a charger's status. */
export interface ReadBlock {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly count: number
  readonly keys: readonly string[]
}

/** What a plan needs to know; a MeterProfile and a ChargerProfile fit. */
export interface ReadableProfile {
  readonly quantities: Readonly<
    Partial<
      Record<
        string,
        Pick<Register, 'address' | 'type'> & {
          readonly scaleRegister?: Register['scaleRegister']
          readonly space?: RegisterSpace | undefined
          readonly every: Cadence
        }
      >
    >
  >
  readonly line: Pick<LineHabits, 'maxRegisters' | 'maxGap' | 'evenOnly' | 'holes' | 'bothFunctions'>
  readonly space: RegisterSpace
  /** Read with the fast quantities. */
  readonly status?:
    { readonly address: number; readonly type: 'uint16' | 'uint32' | 'string'; readonly registers: number } | undefined
}

interface Item {
  readonly key: string
  readonly first: number
  readonly last: number
  readonly space: RegisterSpace
  readonly every: Cadence
}

/** The key a charger's status has in a plan. */
export const statusKey = 'status'

const itemsOf = (profile: ReadableProfile): Item[] => {
  const items: Item[] = []
  for (const [key, register] of Object.entries(profile.quantities)) {
    if (register === undefined) continue
    const { every } = register
    const { first, width } = registerSpan(register)
    items.push({ key, first, last: first + width - 1, space: register.space ?? profile.space, every })
  }
  if (profile.status !== undefined) {
    const { address, type, registers } = profile.status
    const width = type === 'string' ? registers : type === 'uint32' ? 2 : 1
    items.push({ key: statusKey, first: address, last: address + width - 1, space: profile.space, every: 'fast' })
  }
  return items.sort((a, b) => a.first - b.first || a.last - b.last)
}

interface Span {
  readonly first: number
  readonly last: number
}

/**
 * Where a block over [first, last] would begin and end on this device, or null when it would refuse it: too long, touching a
 * hole, running across more unlisted registers in a row than it bears. `listed` are the registers of every known quantity:
 * those answer, whether wanted now or not.
 */
const legalSpan = (span: Span, line: ReadableProfile['line'], listed: ReadonlySet<number>): Span | null => {
  const first = line.evenOnly ? span.first - (span.first % 2) : span.first
  const last = line.evenOnly && span.last % 2 === 0 ? span.last + 1 : span.last
  if (last > 65535 || last - first + 1 > line.maxRegisters) return null
  if (line.holes.some(([from, to]) => from <= last && to >= first)) return null
  let gap = 0
  for (let address = first; address <= last; address += 1) {
    gap = listed.has(address) ? 0 : gap + 1
    if (gap > line.maxGap) return null
  }
  return { first, last }
}

/**
 * The fewest legal requests for the quantities of these cadences and, among equals, the fewest registers. By dynamic
 * programming over the registers in order: best(n) is the best plan of the first n values.
 * Throws RangeError where a value can't be read at all; `readMeterProfile` refuses such a profile.
 */
export const planReads = (profile: ReadableProfile, cadences: readonly Cadence[]): ReadBlock[] => {
  const all = itemsOf(profile)
  return (['input', 'holding'] as const).flatMap((space) => {
    const inSpace = all.filter((item) => item.space === space)
    const listed = listedRegisters(inSpace)
    return planSpace(
      inSpace.filter((item) => cadences.includes(item.every)),
      space === 'holding' ? 3 : 4,
      profile.line,
      listed,
    )
  })
}

const listedRegisters = (items: readonly Item[]): ReadonlySet<number> => {
  const listed = new Set<number>()
  for (const item of items) for (let address = item.first; address <= item.last; address += 1) listed.add(address)
  return listed
}

interface Best {
  readonly requests: number
  readonly registers: number
  readonly from: number
  readonly span: Span
}

const planSpace = (
  items: readonly Item[],
  functionCode: 3 | 4,
  line: ReadableProfile['line'],
  listed: ReadonlySet<number>,
): ReadBlock[] => {
  const best: Best[] = [{ requests: 0, registers: 0, from: 0, span: { first: 0, last: -1 } }]
  for (let end = 1; end <= items.length; end += 1) {
    let found: Best | null = null
    let last = 0
    for (let from = end - 1; from >= 0; from -= 1) {
      const item = items[from] as Item
      last = Math.max(last, item.last)
      const span = legalSpan({ first: item.first, last }, line, listed)
      // A longer block contains this one, so once it is illegal all longer ones are.
      if (span === null) break
      const before = best[from] as Best
      const requests = before.requests + 1
      const registers = before.registers + span.last - span.first + 1
      if (found === null || requests < found.requests || (requests === found.requests && registers < found.registers)) {
        found = { requests, registers, from, span }
      }
    }
    if (found === null) {
      throw new RangeError(
        `${(items[end - 1] as Item).key} at register ${(items[end - 1] as Item).first} can't be read within this device's limits`,
      )
    }
    best.push(found)
  }
  const blocks: ReadBlock[] = []
  for (let end = items.length; end > 0;) {
    const { from, span } = best[end] as Best
    blocks.push({
      functionCode,
      address: span.first,
      count: span.last - span.first + 1,
      keys: items.slice(from, end).map((item) => item.key),
    })
    end = from
  }
  return blocks.reverse()
}

/** Quantities no legal request reaches, by key; empty for a usable profile. */
export const unreadable = (profile: ReadableProfile): string[] => {
  const all = itemsOf(profile)
  return all
    .filter(
      (item) =>
        legalSpan(item, profile.line, listedRegisters(all.filter((other) => other.space === item.space))) === null,
    )
    .map((item) => item.key)
}
