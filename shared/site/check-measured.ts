import { phases, type Phase } from '../model/phase.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { isRoot } from './circuit-limit.ts'
import type { Site, SiteMeter } from './site.ts'
import { siteWarning, type SiteFinding } from './site-finding.ts'

const currentOf = ['i_l1', 'i_l2', 'i_l3'] as const

/** The site phases whose current a meter of this profile measures, as it is connected. */
const measuredBy = (meter: SiteMeter, { quantities }: Partial<MeterProfile>): readonly Phase[] =>
  (meter.phases ?? phases).filter((_, terminal) => {
    const key = currentOf[terminal]
    return key !== undefined && quantities?.[key] !== undefined
  })

const listed = (names: readonly string[]): string => names.join(' and ')

/** A meter that measures phases its circuit does not have: either the circuit lacks conductors that carry current, or the meter has free inputs. */
export const checkMeasured = (site: Site, profiles: ReadonlyMap<string, MeterProfile>): SiteFinding[] =>
  site.circuits.flatMap((circuit, index) => {
    const meter = site.meters.find(({ id }) => id === circuit.meter)
    const profile = meter === undefined ? undefined : profiles.get(meter.profile)
    if (meter === undefined || profile === undefined) return []
    const beside = measuredBy(meter, profile).filter((phase) => !circuit.phases.includes(phase))
    if (beside.length === 0) return []
    const where = isRoot(circuit)
      ? `the circuit at the grid connection, '${circuit.id}',`
      : `the circuit '${circuit.id}'`
    return [
      siteWarning(
        ['circuits', index, 'phases'],
        `'${meter.id}' measures ${listed(beside)} too; ${where} has only ${listed(circuit.phases)}: beyond an alarm nothing watches ${listed(beside)}`,
        `write phases: [${phases.filter((phase) => circuit.phases.includes(phase) || beside.includes(phase)).join(', ')}] at the circuit, ` +
          `or, where only ${listed(circuit.phases)} is wired to the meter, phases: [${circuit.phases.join(', ')}] at the meter`,
      ),
    ]
  })
