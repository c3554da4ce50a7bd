import type { ScanCandidate } from '../../../shared/api/scan-contract.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Evidence } from '../../../shared/scan/evidence.ts'
import {
  meterModelName,
  sunSpecEvidence,
  type SunSpecCommon,
  type SunSpecDevice,
  type SunSpecRead,
} from '../../../shared/sunspec/device.ts'
import { placeSunSpec } from '../../../shared/sunspec/place.ts'
import { sunSpecBases, walkSunSpec } from '../../../shared/sunspec/walk.ts'
import { ofMeter, type Candidate } from './candidates.ts'

/** One meter of a device's chain: its registers, where the device has them, and the grounds for it. */
export interface SunSpecCandidate {
  readonly candidate: Candidate
  readonly named: Pick<ScanCandidate, 'make' | 'model' | 'sunspec'>
  readonly evidence: readonly string[]
}
export interface SunSpecAnswer {
  readonly meters: readonly SunSpecCandidate[]
  readonly notes: readonly string[]
}

/** The marker, a chain that ends as it should, and a meter model of the length the standard gives it: nothing else looks like that. */
const chainPoints = 14
/** Its four letters alone are one in 2^32. */
const chainBits = 32

/** What the registers show, on top of what the chain says. A meter that stands idle has little to show and is no less a meter. */
export const withChain = (evidence: Evidence, chain: readonly string[]): Evidence => ({
  ...evidence,
  points: evidence.points + chainPoints,
  bits: evidence.bits + chainBits,
  evidence: [...chain, ...evidence.evidence],
})

const textOf = (common: SunSpecCommon | null): string =>
  [common?.maker, common?.model].filter((part) => part != null).join(' ')

const metersOf = (device: SunSpecDevice, layouts: readonly MeterProfile[]): SunSpecCandidate[] => {
  const counts = new Map<number, number>()
  const isChoice = device.meters.length > 1
  const [atBase = '', ...chain] = sunSpecEvidence({ ...device, meters: [] })
  return device.meters.flatMap((meter): SunSpecCandidate[] => {
    const index = (counts.get(meter.id) ?? 0) + 1
    counts.set(meter.id, index)
    const layout = layouts.find(({ sunspec }) => sunspec?.models.includes(meter.id) === true)
    const placed = layout === undefined ? null : placeSunSpec(layout, [layout], device, { model: meter.id, index })
    if (layout === undefined || placed?.ok !== true) return []
    const { common } = placed.meter
    const own =
      common === null || common === device.common
        ? chain
        : [
            `model 1 before it says ${textOf(common)}${common.serial === null ? '' : `, serial number ${common.serial}`}`,
          ]
    return [
      {
        candidate: ofMeter(placed.profile),
        named: {
          make: common?.maker ?? layout.make,
          model: common?.model ?? layout.models.join(', '),
          sunspec: isChoice ? { model: meter.id, index } : null,
        },
        evidence: [atBase, ...own, `meter model ${meterModelName(meter.id)}, at register ${meter.address}`],
      },
    ]
  })
}

/**
 * Asks whether the device lists its models as SunSpec has it. `isMute`: it does not answer for registers it lacks, so only the
 * usual place is asked, for each question costs a deadline.
 */
export const askSunSpec = async (
  layouts: readonly MeterProfile[],
  isMute: boolean,
  read: SunSpecRead,
): Promise<SunSpecAnswer> => {
  if (layouts.length === 0) return { meters: [], notes: [] }
  const walk = await walkSunSpec(read, { bases: isMute ? sunSpecBases.slice(0, 1) : sunSpecBases })
  if (!walk.ok)
    return { meters: [], notes: walk.kind === 'broken' ? [`It seems to be a SunSpec device, but ${walk.message}`] : [] }
  const { device } = walk
  const meters = metersOf(device, layouts)
  return {
    meters,
    notes: [
      ...device.notes.map((note) => `SunSpec: ${note}`),
      ...(meters.length > 1 ? [`Its SunSpec chain has ${meters.length} meters: each is added by itself`] : []),
      ...(meters.length === 0
        ? [
            `It is a SunSpec device (${sunSpecEvidence(device).join(', ')}) without a meter: its models are ${device.models.map(({ id }) => id).join(', ')}`,
          ]
        : []),
    ],
  }
}

/** The layouts of the catalogue by which a SunSpec meter is read. */
export const sunSpecLayoutsOf = (meters: ReadonlyMap<string, MeterProfile>): MeterProfile[] =>
  [...meters.values()].filter(({ sunspec }) => sunspec !== undefined)
