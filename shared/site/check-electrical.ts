import type { Phase } from '../model/phase.ts'
import { circuitLimitA, isRoot } from './circuit-limit.ts'
import { aboveChargers } from './path-up.ts'
import type { Site } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

const outside = (inner: readonly Phase[], outer: readonly Phase[]): readonly Phase[] =>
  inner.filter((phase) => !outer.includes(phase))

const twice = (phases: readonly Phase[] | undefined): Phase | undefined =>
  phases?.find((phase, index) => phases.indexOf(phase) !== index)

/** Every conductor is fed by one that exists, and each phase is named once. */
const checkPhases = (site: Site): SiteFinding[] => {
  const circuits = new Map(site.circuits.map((circuit) => [circuit.id, circuit]))
  const meters = new Map(site.meters.map((meter) => [meter.id, meter]))
  const repeated = (['circuits', 'chargers', 'meters'] as const).flatMap((list) =>
    site[list].flatMap(({ phases }, index) => {
      const phase = twice(phases)
      return phase === undefined
        ? []
        : [siteError([list, index, 'phases'], `${phase} is named twice`, 'name each site phase at most once')]
    }),
  )
  const fed = site.circuits.flatMap((circuit, index) => {
    const parent = circuit.parent === undefined ? undefined : circuits.get(circuit.parent)
    const missing = parent === undefined ? [] : outside(circuit.phases, parent.phases)
    const meter = circuit.meter === undefined ? undefined : meters.get(circuit.meter)
    const unmetered = meter?.phases === undefined ? [] : outside(circuit.phases, meter.phases)
    return [
      ...(missing.length === 0
        ? []
        : [
            siteError(
              ['circuits', index, 'phases'],
              `'${circuit.id}' uses ${missing.join(', ')}, but '${parent?.id ?? ''}', which feeds it, has only ${parent?.phases.join(', ') ?? ''}`,
              'correct the phases of one of them',
            ),
          ]),
      ...(unmetered.length === 0
        ? []
        : [
            siteError(
              ['circuits', index, 'meter'],
              `the meter '${meter?.id ?? ''}' does not measure ${unmetered.join(', ')} of this circuit`,
              'correct the phases of the meter or of the circuit',
            ),
          ]),
    ]
  })
  const chargers = site.chargers.flatMap((charger, index) => {
    const circuit = circuits.get(charger.circuit)
    const missing = circuit === undefined ? [] : outside(charger.phases, circuit.phases)
    return missing.length === 0
      ? []
      : [
          siteError(
            ['chargers', index, 'phases'],
            `'${charger.id}' uses ${missing.join(', ')}, but its circuit '${charger.circuit}' has only ${circuit?.phases.join(', ') ?? ''}`,
            'correct the phase map of the charger or the phases of the circuit',
          ),
        ]
  })
  return [...repeated, ...fed, ...chargers]
}

const checkLimits = (site: Site): SiteFinding[] =>
  site.circuits.flatMap((circuit, index) => {
    const { breaker, limit } = circuit
    const controlled = site.chargers.some((charger) => charger.circuit === circuit.id)
    return [
      // Never used as written (circuit-limit.ts takes the smaller), but a limit a breaker can't carry must be seen and corrected.
      ...(breaker !== undefined && limit !== undefined && limit > breaker.rating
        ? [
            siteError(
              ['circuits', index, 'limit'],
              `the limit of ${limit} A is above the breaker's ${breaker.rating} A`,
              `write ${breaker.rating} or less, or leave the limit out`,
            ),
          ]
        : []),
      ...(limit !== undefined && limit > site.grid.limit
        ? [
            siteWarning(
              ['circuits', index, 'limit'],
              `the limit of ${limit} A is above the ${site.grid.limit} A of the grid connection, which is used instead`,
              `write ${site.grid.limit} or less`,
            ),
          ]
        : []),
      ...(breaker === undefined && limit === undefined && !isRoot(circuit)
        ? [
            siteWarning(
              ['circuits', index],
              `'${circuit.id}' has neither breaker nor limit: only the ${site.grid.limit} A of the grid connection holds it`,
              'declare its breaker',
            ),
          ]
        : []),
      ...(circuit.meter === undefined && circuit.otherLoad === undefined && controlled
        ? [
            siteWarning(
              ['circuits', index],
              `'${circuit.id}' feeds chargers, but has neither meter nor otherLoad: everything else on it counts as 0 A`,
              "add 'meter: ...', or 'otherLoad: <most amperes>' (0 if there is none)",
            ),
          ]
        : []),
    ]
  })

const checkChargers = (site: Site): SiteFinding[] =>
  site.chargers.flatMap((charger, index) => {
    const { id, minimum, maximum } = charger
    const circuit = site.circuits.find((entry) => entry.id === charger.circuit)
    const limit = circuit === undefined ? Infinity : circuitLimitA(site, circuit)
    return [
      ...(minimum > maximum
        ? [
            siteError(
              ['chargers', index, 'minimum'],
              `the minimum of ${minimum} A is above the maximum of ${maximum} A`,
              `write ${maximum} or less, or raise the maximum`,
            ),
          ]
        : []),
      ...(minimum > limit
        ? [
            siteWarning(
              ['chargers', index, 'minimum'],
              `'${id}' needs ${minimum} A, but '${charger.circuit}' has a limit of ${limit} A: it will never charge`,
              'correct the minimum or the circuit',
            ),
          ]
        : maximum > limit
          ? [
              siteWarning(
                ['chargers', index, 'maximum'],
                `'${id}' may take ${maximum} A, but '${charger.circuit}' has a limit of ${limit} A, which is used instead`,
                `write ${limit} or less`,
              ),
            ]
          : []),
    ]
  })

/**
 * Longest a meter may be silent before its chargers go to their fallback, ms, whatever `meterTimeout` says: with the second a charger
 * needs to follow, five seconds hold from the last reading to the fallback.
 */
export const longestMeterSilenceMs = 4000

/** A path to a charger is seen only when one lost reading is not yet a silent meter: two periods fit into the time-out. */
const checkPeriods = (site: Site): SiteFinding[] => {
  const above = aboveChargers(site)
  const timeoutMs = Math.min(site.control.meterTimeout * 1000, longestMeterSilenceMs)
  return site.meters.flatMap(({ id, periodMs, periods, mbus }, index) => {
    const circuit = site.circuits.find((each) => each.meter === id && above.has(each.id))
    // An M-Bus meter has no place there at any period: check-mbus.ts says so.
    if (mbus !== undefined || circuit === undefined) return []
    const slow = (path: SiteFinding['path'], what: string, ms: number): SiteFinding[] =>
      ms * 2 <= timeoutMs
        ? []
        : [
            siteError(
              path,
              `${what} is read every ${ms} ms on '${circuit.id}', which feeds chargers: with one reading lost it counts as silent (after ${timeoutMs} ms) and they go to their fallback`,
              `write ${Math.floor(timeoutMs / 2)} or less${timeoutMs < longestMeterSilenceMs ? ', or raise control.meterTimeout (at most 4 s count)' : ''}`,
            ),
          ]
    return [
      ...slow(['meters', index, 'periodMs'], `'${id}'`, periodMs),
      ...(['i_l1', 'i_l2', 'i_l3'] as const).flatMap((key) => {
        const ownMs = periods?.[key]
        return ownMs === undefined ? [] : slow(['meters', index, 'periods', key], `'${key}' of '${id}'`, ownMs)
      }),
    ]
  })
}

const checkAlarms = ({ alarms }: Site): SiteFinding[] =>
  alarms.undervoltage >= alarms.overvoltage
    ? [
        siteError(
          ['alarms', 'undervoltage'],
          `undervoltage (${alarms.undervoltage}) is not below overvoltage (${alarms.overvoltage})`,
          'write shares of the nominal voltage such as 0.9 and 1.1',
        ),
      ]
    : []

/** Phases, limits and ranges against each other. */
export const checkElectrical = (site: Site): SiteFinding[] => [
  ...checkPhases(site),
  ...checkLimits(site),
  ...checkChargers(site),
  ...checkPeriods(site),
  ...checkAlarms(site),
]
