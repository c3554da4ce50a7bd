import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { statusKey, type ReadableProfile, type ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { RegisterSpace } from '../../../shared/profile/register.ts'
import type { Evidence } from '../../../shared/scan/evidence.ts'
import { judgeCharger } from '../../../shared/scan/judge-charger.ts'
import { judgeMeter, tellingKeys } from '../../../shared/scan/judge-meter.ts'
import type { RegisterMemory } from '../../../shared/scan/register-memory.ts'
import { planKeys, registersOf } from '../acquisition/block-plan.ts'

/** A model a device may be: which reads tell, and how to judge them. */
export interface Candidate {
  readonly kind: 'meter' | 'charger'
  readonly profile: MeterProfile | ChargerProfile
  /** The first one holds what the model is recognised by. */
  readonly blocks: readonly ReadBlock[]
  /** The register it is recognised by, alone: for a device that refuses the whole block. */
  readonly probe: { readonly space: RegisterSpace; readonly first: number; readonly width: number }
  readonly judge: (memory: RegisterMemory, isFlipped?: boolean) => Evidence
}

/** More reads than these tell nothing new. */
const mostBlocks = 6

const make = (
  profile: ReadableProfile,
  keys: readonly string[],
  probeKey: string,
): Pick<Candidate, 'blocks' | 'probe'> => {
  const blocks = planKeys(profile, new Set(keys))
  const first = blocks.filter((block) => block.keys.includes(probeKey))
  const rest = blocks
    .filter((block) => !block.keys.includes(probeKey))
    .toSorted((left, right) => right.keys.length - left.keys.length)
  const at = registersOf(profile, probeKey)
  return {
    blocks: [...first, ...rest].slice(0, mostBlocks),
    probe: { space: at.functionCode === 3 ? 'holding' : 'input', first: at.first, width: at.width },
  }
}

/** A profile whose registers are where it says. */
export const ofMeter = (profile: MeterProfile): Candidate => ({
  kind: 'meter',
  profile,
  ...make(profile as ReadableProfile, tellingKeys(profile), profile.probe.quantity),
  judge: (memory, isFlipped) => judgeMeter(profile, memory, isFlipped),
})
const chargerKeys = /^(u_|i_|limit$|status$)/
const ofCharger = (profile: ChargerProfile): Candidate => ({
  kind: 'charger',
  profile,
  ...make(
    profile as ReadableProfile,
    [...Object.keys(profile.quantities), statusKey].filter((key) => chargerKeys.test(key)),
    statusKey,
  ),
  judge: (memory) => judgeCharger(profile, memory),
})

const reaches = (candidate: Candidate, other: Candidate): boolean => {
  const [block] = candidate.blocks
  const space = block?.functionCode === 3 ? 'holding' : 'input'
  return (
    block !== undefined &&
    space === other.probe.space &&
    block.address <= other.probe.first &&
    other.probe.first + other.probe.width <= block.address + block.count
  )
}

/** One that gives captures only has no value by which a search could know it. */
const isRecognisable = ({ quantities, probe }: MeterProfile): boolean => Object.hasOwn(quantities, probe.quantity)

/** All models that speak on such a line, those first whose first read tells of the most others. On a bus a TCP-only device can't be, nor one of another framing. */
export const listCandidates = (
  meters: ReadonlyMap<string, MeterProfile>,
  chargers: ReadonlyMap<string, ChargerProfile>,
  transport: 'tcp' | 'rtu-over-tcp' | 'serial',
  framing: 'rtu' | 'ascii' = 'rtu',
): Candidate[] => {
  const all = [
    ...[...meters.values()].filter(isRecognisable).map(ofMeter),
    ...[...chargers.values()].map(ofCharger),
  ].filter(({ profile, blocks }) => {
    const speaks = profile.transports as readonly string[]
    // Where a SunSpec device has its registers is found by its own chain (sunspec-candidates.ts).
    if ('sunspec' in profile && profile.sunspec !== undefined) return false
    // A gateway makes a TCP device of any meter on a bus; nothing makes a bus device of a TCP one.
    return (
      blocks.length > 0 &&
      (transport === 'tcp' ||
        ((profile.framing ?? 'rtu') === framing && (speaks.includes('serial') || speaks.includes('rtu-over-tcp'))))
    )
  })
  const reach = new Map(all.map((candidate) => [candidate, all.filter((other) => reaches(candidate, other)).length]))
  return all.toSorted(
    (left, right) =>
      Number(right.kind === 'meter') - Number(left.kind === 'meter') ||
      (reach.get(right) ?? 0) - (reach.get(left) ?? 0),
  )
}
