import { narrowed, offsetOf, utcOf, type OffsetBounds } from '../../../shared/meter-records/clock-offset.ts'
import type { MeterAlarm, MeterClock, MeterVerdict } from '../../../shared/meter-records/own-records.ts'
import { readStamp, stampWidth } from '../../../shared/meter-records/stamp.ts'
import type { OwnRecords } from '../../../shared/api/meter-records-contract.ts'
import type { ToldAlarm } from '../../../shared/model/meter-told.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { registerWidth } from '../../../shared/profile/register.ts'
import type { MeterFacts } from './meter-facts.ts'
import type { MeterWay } from './meter-way.ts'
import { own } from '../../../shared/own.ts'

export interface ClockReading {
  readonly bounds: OffsetBounds
  readonly isDst: boolean | null
  readonly isFaulty: boolean
}

/** The meter's clock once more; a text: why it can't be told. */
export const readClock = async (
  { address, space, stamp }: MeterClock,
  way: MeterWay,
  before: OffsetBounds | null,
): Promise<ClockReading | string> => {
  const asked = await way.read(address, stampWidth(stamp), space)
  if (!asked.ok) return asked.why
  const read = readStamp(stamp, asked.words)
  if (read === null) return 'its clock registers hold no date: it was never set, or the profile is for another model'
  const { isDst, isFaulty } = read
  return { bounds: narrowed(before, offsetOf(read, asked.sentMs, asked.atMs)), isDst, isFaulty }
}

/** The alarms that the meter reports now; null: not all of its registers could be read. */
export const readAlarms = async (
  alarms: readonly MeterAlarm[],
  way: MeterWay,
  facts: Pick<MeterFacts, 'isSealed' | 'sealed'>,
): Promise<readonly ToldAlarm[] | null> => {
  const found: ToldAlarm[] = []
  for (const { id, means, says, space, when, alarm } of alarms) {
    let isSo = true
    for (const { address, mask, equals } of when) {
      const asked = await way.read(address, 1, space)
      if (!asked.ok) return null
      isSo &&= ((asked.words[0] ?? 0) & mask) === equals
    }
    if (alarm === 'is' ? isSo : !isSo && facts.isSealed(id)) found.push({ id, means, says })
    if (alarm === 'was' && isSo) facts.sealed(id)
  }
  return found
}

const defaults = { wordOrder: 'high-first' } as const

/** Numbers of registers by address, in as few requests as stand beside each other; null: one could not be read. */
const readBeside = async (
  addresses: readonly number[],
  width: number,
  largest: number,
  read: (address: number, count: number) => ReturnType<MeterWay['read']>,
): Promise<ReadonlyMap<number, readonly number[]> | null> => {
  const found = new Map<number, readonly number[]>()
  const inOrder = [...new Set(addresses)].sort((one, other) => one - other)
  while (inOrder.length > 0) {
    const [first = 0] = inOrder
    let count = 1
    while (inOrder[count] === first + count * width && (count + 1) * width <= largest) count += 1
    const asked = await read(first, count * width)
    if (!asked.ok) return null
    for (let at = 0; at < count; at += 1) found.set(first + at * width, asked.words.slice(at * width, (at + 1) * width))
    inOrder.splice(0, count)
  }
  return found
}

const counted = async (
  { counters, space }: MeterVerdict,
  way: MeterWay,
  largest: number,
): Promise<NonNullable<OwnRecords['verdict']>['cells'] | null> => {
  if (counters === undefined) return []
  const { type, cells } = counters
  const words = await readBeside(Object.values(cells), registerWidth[type], largest, (address, count) =>
    way.read(address, count, space),
  )
  if (words === null) return null
  return Object.entries(cells).flatMap(([cell, address]) => {
    const decoded = decodeRegister({ type }, words.get(address) ?? [], defaults)
    return typeof decoded === 'string' ? [] : [{ cell, count: decoded.value }]
  })
}

export type VerdictReading =
  | { readonly kind: 'told'; readonly verdict: NonNullable<OwnRecords['verdict']> }
  | { readonly kind: 'none'; readonly why: NonNullable<OwnRecords['noVerdict']> }

/** The meter's own verdict of EN 50160, whole: one of which a part could not be read is none. `largest`: registers of one request. */
export const readVerdict = async (
  verdict: MeterVerdict,
  way: MeterWay,
  largest: number,
  offsetMs: number | null,
): Promise<VerdictReading> => {
  const { time, result, failed, space } = verdict
  const at = await way.read(time.address, stampWidth(time.stamp), space)
  const said = await way.read(result.address, registerWidth[result.type], space)
  const bits = await way.read(failed.address, 2, space)
  if (!at.ok || !said.ok || !bits.ok) return { kind: 'none', why: 'not-read' }
  const stamp = readStamp(time.stamp, at.words)
  const code = decodeRegister({ type: result.type }, said.words, defaults)
  const mask = decodeRegister({ type: 'uint32' }, bits.words, defaults)
  if (stamp === null || typeof code === 'string' || typeof mask === 'string')
    return { kind: 'none', why: 'not-judged-yet' }
  const cells = await counted(verdict, way, largest)
  if (cells === null) return { kind: 'none', why: 'not-read' }
  return {
    kind: 'told',
    verdict: {
      atMs: offsetMs === null ? null : utcOf(stamp, offsetMs, null),
      result: own(result.means, String(code.value)) ?? `code ${code.value}`,
      failed: Object.entries(failed.bits).flatMap(([bit, name]) => ((mask.value & Number(bit)) === 0 ? [] : [name])),
      cells,
    },
  }
}
