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

const counted = async (
  { counters, space }: MeterVerdict,
  way: MeterWay,
): Promise<NonNullable<OwnRecords['verdict']>['cells']> => {
  if (counters === undefined) return []
  const width = registerWidth[counters.type]
  const cells: { cell: string; count: number }[] = []
  for (const [cell, address] of Object.entries(counters.cells)) {
    const asked = await way.read(address, width, space)
    const decoded = asked.ok ? decodeRegister({ type: counters.type }, asked.words, defaults) : 'not-available'
    if (typeof decoded !== 'string') cells.push({ cell, count: decoded.value })
  }
  return cells
}

/** The meter's own verdict of EN 50160; null: it has not judged yet, or could not be read. */
export const readVerdict = async (
  verdict: MeterVerdict,
  way: MeterWay,
  offsetMs: number | null,
): Promise<OwnRecords['verdict']> => {
  const { time, result, failed, space } = verdict
  const at = await way.read(time.address, stampWidth(time.stamp), space)
  const said = await way.read(result.address, registerWidth[result.type], space)
  const bits = await way.read(failed.address, 2, space)
  if (!at.ok || !said.ok || !bits.ok) return null
  const stamp = readStamp(time.stamp, at.words)
  const code = decodeRegister({ type: result.type }, said.words, defaults)
  const mask = decodeRegister({ type: 'uint32' }, bits.words, defaults)
  if (stamp === null || typeof code === 'string' || typeof mask === 'string') return null
  return {
    atMs: offsetMs === null ? null : utcOf(stamp, offsetMs, null),
    result: own(result.means, String(code.value)) ?? `code ${code.value}`,
    failed: Object.entries(failed.bits).flatMap(([bit, name]) => ((mask.value & Number(bit)) === 0 ? [] : [name])),
    cells: await counted(verdict, way),
  }
}
