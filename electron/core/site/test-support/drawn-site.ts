import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { readChargerProfile } from '../../../../shared/profile/read-profile.ts'
import { siteSchema, type Site } from '../../../../shared/site/site.ts'
import type { Dice } from '../../control/test-support/field/random.ts'

/** Fed by limits, by a heartbeat, by any request, by nothing; read back or not; with a fallback that can be written; only monitored. */
const chargerModels = [
  'alfen-eve',
  'keba-p40',
  'vestel-evc04',
  'heidelberg-energy-control',
  'mennekes-amtron-compact',
  'victron-evcs',
  'abl-emh',
]
const folder = join(import.meta.dirname, '..', '..', '..', '..', 'assets', 'profiles', 'chargers')

export const chargerProfiles: ReadonlyMap<string, ChargerProfile> = new Map(
  chargerModels.map((id) => {
    const read = readChargerProfile(readFileSync(join(folder, `${id}.yaml`), 'utf8'), `${id}.yaml`)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    return [id, read.profile]
  }),
)

const curve = { standard: 'IEC 60898-1', curve: 'B' }

/** An incomer and two feeders with a meter each (one of them perhaps without), two to four chargers of several models. */
export const drawnSite = (dice: Dice): Site => {
  const hasMeter = { main: true, f1: true, f2: dice.chance(0.8) }
  const feeder = (id: 'f1' | 'f2') => ({
    id,
    parent: 'main',
    breaker: { ...curve, rating: dice.pick([25, 32, 40]) },
    ...(hasMeter[id] ? { meter: `m-${id}` } : {}),
    ...(!hasMeter[id] || dice.chance(0.5) ? { otherLoad: 10 } : {}),
    // A meter that measures a phase the site file does not name.
    ...(dice.chance(0.2) ? { phases: ['L1', 'L2'] } : {}),
    generation: dice.chance(0.2),
  })
  const circuits = [
    { id: 'main', meter: 'm-main', breaker: { ...curve, rating: 63 }, otherLoad: 20 },
    feeder('f1'),
    feeder('f2'),
  ]
  const phasesOf = (id: string) => (circuits.find((circuit) => circuit.id === id) as { phases?: string[] }).phases
  return siteSchema.parse({
    version: 1,
    id: 'drawn',
    name: 'Drawn',
    grid: { limit: 63 },
    lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: Object.entries(hasMeter)
      .filter(([, has]) => has)
      .map(([id]) => ({
        id: `m-${id}`,
        profile: 'janitza-umg',
        line: 'lan',
        periodMs: dice.pick([400, 1000, 1000, 2000]),
      })),
    circuits,
    chargers: Array.from({ length: 2 + Math.floor(dice.next() * 3) }, (_, index) => {
      const circuit = dice.pick(['f1', 'f1', 'f2'])
      return {
        id: `cp${index + 1}`,
        profile: dice.pick(chargerModels),
        line: 'lan',
        unit: index + 1,
        circuit,
        phases: phasesOf(circuit) ?? dice.pick([['L1', 'L2', 'L3'], ['L2', 'L3', 'L1'], ['L1']]),
        maximum: dice.pick([16, 32]),
        fallback: dice.pick([6, 8]),
        priority: dice.pick([10, 50, 50]),
        phaseSwitching: { toOne: 30, toThree: 60, perHour: 12 },
      }
    }),
    control: {
      meterTimeout: dice.pick([2, 4]),
      increaseDelay: dice.pick([3, 10]),
      increaseStep: dice.pick([2, 8]),
      resumeDelay: dice.pick([5, 20]),
    },
  })
}
