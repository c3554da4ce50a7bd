import type { ChargerAbilities } from '../charger/abilities.ts'
import { circuitLimitA } from './circuit-limit.ts'
import type { Site, SiteCircuit } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

const amperes = (value: number): string => `${Number(value.toFixed(2))} A`

/**
 * The fallback is what flows when nobody sees the site, so it must fit without anybody steering: on every phase of every circuit
 * the fallbacks below it and the most that uncontrolled load can draw stay within the limit. `otherLoad` is the load of a circuit
 * itself; what its sub-circuits declare is added. Needs a sound tree.
 */
export const checkFallbacks = (site: Site, abilities?: ReadonlyMap<string, ChargerAbilities>): SiteFinding[] => [
  ...checkEach(site, abilities),
  ...checkSums(site),
]

const checkEach = (site: Site, abilities: ReadonlyMap<string, ChargerAbilities> | undefined): SiteFinding[] =>
  site.chargers.flatMap((charger, index) => {
    const { fallback, maximum, id } = charger
    const able = abilities?.get(id)
    const minimum = Math.max(charger.minimum, able?.limit.minimumA ?? 0)
    const path = ['chargers', index, 'fallback'] as const
    if (able !== undefined && able.monitoredOnly !== null) {
      return fallback === maximum
        ? []
        : [
            siteError(
              path,
              `'${id}' is only monitored (${able.monitoredOnly}), so a fallback of ${amperes(fallback)} can't be kept: what it draws nobody limits`,
              `write ${maximum}, its maximum`,
            ),
          ]
    }
    return [
      ...(fallback > 0 && fallback < minimum
        ? [
            siteError(
              path,
              `a fallback of ${amperes(fallback)} lies between 0 and the minimum of ${amperes(minimum)}: no charger can hold it`,
              `write 0 to pause, or ${minimum} or more`,
            ),
          ]
        : []),
      ...(fallback > maximum
        ? [
            siteError(
              path,
              `the fallback of ${amperes(fallback)} is above the maximum of ${amperes(maximum)}`,
              `write ${maximum} or less`,
            ),
          ]
        : []),
      ...(fallback === 0 && able !== undefined && !able.canPause
        ? [siteError(path, `'${id}' can't be paused, so a fallback of 0 A can't be kept`, `write ${minimum} or more`)]
        : []),
    ]
  })

const checkSums = (site: Site): SiteFinding[] => {
  const children = new Map<string | undefined, SiteCircuit[]>()
  for (const circuit of site.circuits) {
    const siblings = children.get(circuit.parent)
    if (siblings === undefined) children.set(circuit.parent, [circuit])
    else siblings.push(circuit)
  }
  const within = (circuit: SiteCircuit): SiteCircuit[] => [circuit, ...(children.get(circuit.id) ?? []).flatMap(within)]
  return site.circuits.flatMap((circuit, index) => {
    const parts = within(circuit)
    const ids = new Set(parts.map(({ id }) => id))
    const chargers = site.chargers.filter((charger) => charger.fallback > 0 && ids.has(charger.circuit))
    if (chargers.length === 0) return []
    const limit = circuitLimitA(site, circuit)
    const over = circuit.phases.flatMap((phase) => {
      const fallbackA = chargers
        .filter((charger) => charger.phases.includes(phase))
        .reduce((sum, charger) => sum + charger.fallback, 0)
      const otherA = parts
        .filter((part) => part.phases.includes(phase))
        .reduce((sum, part) => sum + (part.otherLoad ?? 0), 0)
      return fallbackA > 0 && fallbackA + otherA > limit + 1e-9 ? [{ phase, fallbackA, otherA }] : []
    })
    const [worst] = [...over].sort((a, b) => b.fallbackA + b.otherA - a.fallbackA - a.otherA)
    const undeclared = parts.filter((part) => part.meter !== undefined && part.otherLoad === undefined)
    return [
      ...(worst === undefined
        ? []
        : [
            siteError(
              ['circuits', index],
              `the fallbacks do not fit '${circuit.id}' on ${over.map(({ phase }) => phase).join(', ')}: ${amperes(worst.fallbackA)} of fallbacks and ${amperes(worst.otherA)} of other load ` +
                `on ${worst.phase} are ${amperes(worst.fallbackA + worst.otherA)}, above the limit of ${amperes(limit)}`,
              `lower the fallback of ${chargers.map(({ id }) => id).join(', ')}, or write 0 to pause`,
            ),
          ]),
      ...(worst === undefined && undeclared.includes(circuit)
        ? [
            siteWarning(
              ['circuits', index],
              `'${circuit.id}' is metered and declares no otherLoad: without sight of the meter the fallbacks are safe only while its other load stays below ` +
                amperes(
                  Math.min(
                    ...circuit.phases.map(
                      (phase) =>
                        limit -
                        chargers
                          .filter((charger) => charger.phases.includes(phase))
                          .reduce((sum, { fallback }) => sum + fallback, 0),
                    ),
                  ),
                ),
              "add 'otherLoad: <most amperes>', or set the fallbacks to 0",
            ),
          ]
        : []),
    ]
  })
}
