import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { registerWidth } from '../../../shared/profile/register.ts'
import { writeStamp } from '../../../shared/meter-records/stamp.ts'
import { en50160Cell } from '../../../shared/power-quality/classify-event.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import type { Meter } from '../physics/meter.ts'
import type { OwnRecordsSettings } from './own-logs.ts'

type Verdict = NonNullable<MeterProfile['verdict']>

const order = { wordOrder: 'high-first' } as const
const judgedEveryMs = 600_000
/** EN 50160: 10 % to either side of the declared voltage, 2 % of unbalance. */
const mostOff = 0.1

/** Criteria that fail now, by the name their bit has in the profile; this device judges its voltages alone. */
const failedNow = (meter: Meter, nominalV: number): readonly string[] =>
  (meter.window()?.voltage ?? []).flatMap((volts, index) =>
    Math.abs(volts / nominalV - 1) > mostOff ? [`voltage L${index + 1}`] : [],
  )

/** A device that judges itself by EN 50160: its last ten minutes' end, its result, the criteria that failed, its counters by cell. */
export const tellVerdict = (
  verdict: Verdict,
  meter: Meter,
  { nominalV, clockAheadMs }: OwnRecordsSettings,
  tell: (address: number, words: readonly number[]) => void,
): void => {
  const wallMs = Date.now() + clockAheadMs
  const failed = failedNow(meter, nominalV)
  tell(verdict.time.address, writeStamp(verdict.time.stamp, Math.floor(wallMs / judgedEveryMs) * judgedEveryMs))
  const meanings = Object.keys(verdict.result.means).map(Number)
  const result = failed.length > 0 ? Math.min(...meanings) : meter.events().length > 0 ? Math.max(...meanings) : 1
  tell(verdict.result.address, encodeRegister({ type: verdict.result.type }, result, order))
  const bits = Object.entries(verdict.failed.bits).reduce(
    (sum, [bit, name]) => (failed.includes(name) ? sum | Number(bit) : sum),
    0,
  )
  tell(verdict.failed.address, encodeRegister({ type: 'uint32' }, bits, order))
  if (verdict.counters === undefined) return
  const { type, cells } = verdict.counters
  const counts = new Map<string, number>()
  for (const { kind, extremes, startS, endS } of meter.events()) {
    const worst = kind === 'swell' ? Math.max(...extremes) : Math.min(...extremes)
    const cell = en50160Cell((100 * worst) / nominalV, endS - startS)
    if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  for (const [cell, address] of Object.entries(cells))
    tell(address, encodeRegister({ type }, counts.get(cell) ?? 0, order).slice(0, registerWidth[type]))
}
