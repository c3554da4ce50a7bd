import type { Stretch } from '../core/control/what-if/stretch.ts'
import { pathOf } from '../core/control/controlled-charger.ts'
import type { Site } from '../../shared/site/site.ts'
import { circuitLimitA } from '../../shared/site/circuit-limit.ts'

const slotS = 60

/**
 * The most energy anybody could have given who knows the whole stretch beforehand, kWh: a linear program by HiGHS over minutes, with every
 * phase of every circuit at its limit, no minimum and no delay. No real controller can reach it; the share reached is what counts.
 */
export const clairvoyantKWh = async (site: Site, stretch: Stretch): Promise<number> => {
  const { default: load } = await import('highs')
  const highs = await load()
  const slots = Math.floor(stretch.seconds / slotS)
  const perAmpereKWh = (phases: number) => (site.grid.nominalVoltage * phases * slotS) / 3.6e6
  const objective: string[] = []
  const rows = new Map<string, string[]>()
  const limits = new Map<string, number>()
  const bounds: string[] = []
  const energies: string[] = []
  const add = (key: string, term: string) => rows.set(key, [...(rows.get(key) ?? []), term])
  stretch.cars.forEach((car, index) => {
    const charger = site.chargers.find(({ id }) => id === car.chargerId)
    if (charger === undefined) return
    const own: string[] = []
    for (let slot = 0; slot < slots; slot += 1) {
      const present = Math.min(car.toS, (slot + 1) * slotS) - Math.max(car.fromS, slot * slotS)
      if (present <= 0) continue
      const name = `x${index}_${slot}`
      const worth = perAmpereKWh(car.phases.length)
      objective.push(`${worth.toFixed(9)} ${name}`)
      own.push(`${worth.toFixed(9)} ${name}`)
      bounds.push(`0 <= ${name} <= ${((Math.min(car.maximumA, charger.maximum) * present) / slotS).toFixed(6)}`)
      for (const circuit of pathOf(site, charger.circuit))
        for (const phase of car.phases) add(`${circuit.id}|${phase}|${slot}`, name)
    }
    if (own.length > 0) energies.push(` e${index}: ${own.join(' + ')} <= ${car.energyKWh.toFixed(6)}`)
  })
  for (const key of rows.keys()) {
    const [id = '', phase = 'L1', slot = '0'] = key.split('|')
    const circuit = site.circuits.find((item) => item.id === id)
    if (circuit === undefined) continue
    const at = Number(slot) * slotS
    const steps = (stretch.loads.get(id) ?? []).filter(({ fromS }) => fromS < at + slotS)
    const inside = steps.filter(({ fromS }) => fromS >= at)
    const shown = inside.length > 0 ? inside : steps.slice(-1)
    const base = shown.reduce((sum, { amperes }) => sum + amperes[phase as 'L1'], 0) / Math.max(1, shown.length)
    limits.set(key, Math.max(0, circuitLimitA(site, circuit) - base))
  }
  const constraints = [...rows].map(
    ([key, terms], index) => ` r${index}: ${terms.join(' + ')} <= ${(limits.get(key) ?? 0).toFixed(6)}`,
  )
  const text = `Maximize\n obj: ${objective.join(' + ')}\nSubject To\n${[...constraints, ...energies].join('\n')}\nBounds\n${bounds.join('\n')}\nEnd\n`
  const solution = highs.solve(text)
  if (solution.Status !== 'Optimal') throw new Error(`HiGHS: ${solution.Status}`)
  return solution.ObjectiveValue
}
