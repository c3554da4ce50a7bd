import { check, confidenceOf, good, notAssessed, used, type WiringCheck } from '../check-result.ts'
import type { MeterView } from '../meter-view.ts'
import { isQuantityKey, quantities } from '../../quantities.ts'

/** electrical.md 6.4.6: at least 15 minutes; the register must have made this many of its steps, so that they do not decide. */
const leastHours = 0.25
const leastSteps = 50
/** A class 1 meter and its transformers, and power polled once a second (editable assumption). */
const classShare = 0.03

/** The energy register against the power added up over the same time. */
export const energyCheck = (view: MeterView): WiringCheck => {
  const title = 'Energy grows as the power says'
  if (!view.has('e_import') && !view.has('e_net'))
    return notAssessed('energy', title, 'the meter gives no imported energy in total')
  if (!view.has('p_total')) return notAssessed('energy', title, 'the meter gives no total power')
  const { energy } = view
  if (energy === null) return notAssessed('energy', title, 'not enough has been read yet')
  const { hours, gapShare, registerKWh, integratedKWh, stepKWh } = energy
  const steps = stepKWh <= 0 ? 0 : Math.abs(registerKWh) / stepKWh
  if (hours < leastHours || steps < leastSteps)
    return notAssessed(
      'energy',
      title,
      `compared over ${(hours * 60).toFixed(0)} min so far (at least 15); its register moved ${registerKWh.toFixed(2)} kWh in steps of ${stepKWh.toPrecision(1)} kWh (at least ${leastSteps} steps)`,
    )
  const base = Math.max(Math.abs(registerKWh), Math.abs(integratedKWh), 1e-6)
  const apart = Math.abs(registerKWh - integratedKWh) / base
  const tolerance = classShare + stepKWh / base + 0.02 * gapShare + gapShare
  const numbers = [
    used('by the register', registerKWh, 'kWh'),
    used('by the power', integratedKWh, 'kWh'),
    used('over', hours, 'h'),
    used('of it without power values', gapShare * 100, '%'),
  ]
  return apart <= tolerance
    ? good('energy', {
        title,
        says: `${registerKWh.toFixed(2)} kWh by the register, ${integratedKWh.toFixed(2)} kWh by the power in ${(hours * 60).toFixed(0)} min.`,
        numbers,
      })
    : check('energy', {
        title: 'Energy does not grow as the power says',
        says: `${registerKWh.toFixed(2)} kWh by the register, ${integratedKWh.toFixed(2)} kWh by the power in ${(hours * 60).toFixed(0)} min: ${(apart * 100).toFixed(0)} % apart (tolerance ${(tolerance * 100).toFixed(1)} %).`,
        toCheck:
          'Check the energy prefix and the transformer ratio in the meter, whether its register is of another direction or tariff, and the direction of the current transformers',
        numbers,
        confidence: confidenceOf(apart, tolerance / 3),
      })
}

const labelOf = (key: string): string => (isQuantityKey(key) ? quantities[key].label : key)

/** electrical.md 6.4.8: a register that stands still for a minute and more while what must move with it moves. */
export const stuckCheck = (view: MeterView): WiringCheck => {
  const title = 'No register stands still'
  if (view.stuck.length === 0)
    return good('stuck', { title, says: 'What must move together has moved together.', confidence: 0.8 })
  return check('stuck', {
    kind: view.stuck.map(({ key }) => key).join(),
    title: `${view.stuck.map(({ key }) => labelOf(key)).join(', ')} stands still`,
    says: `${view.stuck
      .map(
        ({ key, moved, forMs }) =>
          `${labelOf(key)} is unchanged for ${Math.round(forMs / 1000)} s while ${labelOf(moved)} moved`,
      )
      .join('; ')}.`,
    toCheck: "Compare it with the meter's display; restart the gateway in front of it, or the meter",
    numbers: view.stuck.map(({ key, forMs }) => used(`unchanged: ${labelOf(key)}`, forMs / 1000, 's')),
    confidence: 0.85,
  })
}

/** No profile of the catalogue reads a meter's clock, and nothing here rests on one: values are stamped when they are read. */
export const clockCheck = (): WiringCheck =>
  notAssessed(
    'clock',
    "The meter's clock",
    'no profile reads the clock of a meter; every value here is stamped by this computer when it is read',
  )
