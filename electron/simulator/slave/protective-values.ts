import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import type { TripCause } from '../physics/breaker.ts'
import type { World } from '../physics/world.ts'

type Values = Readonly<Partial<Record<QuantityKey, number>>>

/** Words by which makers call what trips a breaker here; the first of a profile's causes that has one of them is said. */
const causeWords: Readonly<Record<TripCause, readonly string[]>> = {
  thermal: ['overload', 'electrical fault'],
  magnetic: ['instantaneous', 'electrical fault'],
  residual: ['ground fault', 'electrical fault'],
}

const stateOf = (world: World, circuit: string): 'tripped' | 'open' | 'closed' =>
  world.breakers.trip(circuit) !== null
    ? 'tripped'
    : world.faults.trippedCircuits.has(circuit) || world.faults.openPoles.has(circuit)
      ? 'open'
      : 'closed'

/** Register values of a trip unit or residual current monitor at a circuit, coded as its profile says they are. */
export const protectiveValues = (
  { protection }: MeterProfile,
  world: World,
  circuit: string,
  fixed: Values,
): (() => Values) => {
  if (protection === undefined) return () => fixed
  return () => {
    const trip = world.breakers.trip(circuit)
    const state = protection.states.find(({ means }) => means === stateOf(world, circuit))
    const cause =
      trip === null
        ? undefined
        : protection.causes.find(({ says }) => causeWords[trip.cause].some((word) => says.startsWith(word)))
    const raw = new Map<string, number>()
    // Bits of several entries in one register are put together.
    for (const entry of [protection.validWhen, state, cause])
      if (entry !== undefined) raw.set(entry.of, (raw.get(entry.of) ?? 0) | entry.equals)
    const leakA = world.breakers.leakageMa(circuit) / 1000
    const device = world.breakers.residual(circuit)
    const share = device === null ? 0 : (100 * leakA * 1000) / device.tripMa
    const alarm = share >= 100 ? protection.alarms.at(-1) : undefined
    if (alarm !== undefined) raw.set(alarm.of, alarm.equals)
    return {
      residual_ac: leakA,
      residual_dc: 0,
      residual_rms: leakA,
      residual_rms_1: leakA,
      residual_share: share,
      i_ground: leakA,
      ...Object.fromEntries(raw),
      ...fixed,
    }
  }
}
