import { phases } from '../../model/phase.ts'
import { check, confidenceOf, good, notAssessed, used, type WiringCheck, type WiringCheckId } from '../check-result.ts'
import { keysOf, type MeterView } from '../meter-view.ts'

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Active on phases that are connected, in order; null where one is missing. */
const perPhase = (view: MeterView, key: (of: ReturnType<typeof keysOf>) => string): readonly number[] | null => {
  const values = view.facts.phases.map((phase) => view.mean(key(keysOf(phase))))
  return values.length > 0 && values.every((value) => value !== null) ? values : null
}

const carried = (view: MeterView): number =>
  sum(
    phases.map((phase) => {
      const { u, i } = keysOf(phase)
      return (view.mean(u) ?? 0) * Math.abs(view.mean(i) ?? 0)
    }),
  )

/** electrical.md 6.4.1: within 1 % of the apparent power or three of the last digits; twice that here, since it is smoothed polling. */
const sumShare = 0.02
const sumSlack = 30

const sumCheck = (
  view: MeterView,
  id: WiringCheckId,
  what: string,
  unit: string,
  key: (of: ReturnType<typeof keysOf>) => string,
  totalKey: string,
): WiringCheck => {
  const title = `${what} of the phases makes the total`
  const each = perPhase(view, key)
  const total = view.mean(totalKey)
  if (each === null || total === null)
    return notAssessed(id, title, `the meter does not give ${what.toLowerCase()} per phase and in total`)
  const tolerance = Math.max(sumShare * carried(view), sumSlack)
  // Makers form totals with sign, without, of imports only, or from the magnitudes.
  const ways = [sum(each), sum(each.map(Math.abs)), sum(each.map((value) => Math.max(0, value)))]
  const nearest = ways.reduce((a, b) =>
    Math.abs(Math.abs(total) - Math.abs(b)) < Math.abs(Math.abs(total) - Math.abs(a)) ? b : a,
  )
  const apart = Math.abs(Math.abs(total) - Math.abs(nearest))
  const numbers = [
    ...view.facts.phases.map((phase, index) => used(`${what.toLowerCase()} ${phase}`, each[index] ?? 0, unit)),
    used('total', total, unit),
    used('apart', apart, unit),
    used('tolerance', tolerance, unit),
  ]
  return apart <= tolerance
    ? good(id, { title, says: `Within ${apart.toFixed(0)} ${unit} of each other.`, numbers })
    : check(id, {
        title: `${what} of the phases does not make the total`,
        says: `The phases make ${nearest.toFixed(0)} ${unit}, the total says ${total.toFixed(0)} ${unit} (tolerance ${tolerance.toFixed(0)} ${unit}).`,
        toCheck:
          'Check that the profile is for this very model, the connection type set in the meter (three or four wires), and that no input is without a voltage',
        numbers,
        confidence: confidenceOf(apart, tolerance / 3),
      })
}

export const powerSumCheck = (view: MeterView): WiringCheck =>
  sumCheck(view, 'power-sum', 'Active power', 'W', ({ p }) => p, 'p_total')
export const reactiveSumCheck = (view: MeterView): WiringCheck =>
  sumCheck(view, 'reactive-sum', 'Reactive power', 'var', ({ q }) => q, 'q_total')

/** Below this the digits and the start-up of cheap meters decide, VA. */
const leastVA = 300

interface Worst {
  readonly text: string
  readonly excess: number
  readonly numbers: ReturnType<typeof used>[]
}

/** electrical.md 6.4.2: S = U x I within 2 %, P and Q never more than S; 3 % here, for values of two requests, smoothed. */
export const apparentCheck = (view: MeterView): WiringCheck => {
  const title = 'Powers are what currents and voltages make'
  const judged = view.facts.phases.flatMap((phase): Worst[] => {
    const { u, i, p, q, s } = keysOf(phase)
    const [volts, amperes] = [view.mean(u), view.mean(i)]
    if (volts === null || amperes === null) return []
    const product = volts * Math.abs(amperes)
    if (product < leastVA) return []
    const apparent = view.mean(s)
    const active = view.mean(p)
    const reactive = view.mean(q)
    const beyond = active === null ? 0 : Math.hypot(active, reactive ?? 0) / (apparent ?? product) - 1
    const apart = apparent === null ? 0 : Math.abs(apparent / product - 1)
    return [
      {
        text:
          apart >= beyond
            ? `${phase}: ${(apparent ?? product).toFixed(0)} VA where U x I is ${product.toFixed(0)} VA`
            : `${phase}: ${Math.hypot(active ?? 0, reactive ?? 0).toFixed(0)} VA of active and reactive power where ${(apparent ?? product).toFixed(0)} VA are there`,
        excess: Math.max(apart, beyond),
        numbers: [
          used(`U x I ${phase}`, product, 'VA'),
          ...(apparent === null ? [] : [used(`apparent power ${phase}`, apparent, 'VA')]),
          ...(active === null ? [] : [used(`active power ${phase}`, active, 'W')]),
        ],
      },
    ]
  })
  if (judged.length === 0)
    return notAssessed('apparent-power', title, `no phase carries ${leastVA} VA with voltage and current known`)
  const worst = judged.reduce((a, b) => (b.excess > a.excess ? b : a))
  const numbers = judged.flatMap((each) => each.numbers)
  const tolerance = 0.03
  return worst.excess <= tolerance
    ? good('apparent-power', { title, says: `Within ${(worst.excess * 100).toFixed(1)} % on every phase.`, numbers })
    : check('apparent-power', {
        title: 'Powers do not fit currents and voltages',
        says: `${worst.text}: ${(worst.excess * 100).toFixed(0)} % apart (tolerance ${tolerance * 100} %).`,
        toCheck:
          'Check the current transformer ratio set in the meter against the one in the site file, the scale and word order of the profile, and that values are of one moment',
        numbers,
        confidence: confidenceOf(worst.excess, tolerance / 3),
      })
}

/** electrical.md 6.4.2: |PF| = |P| / S within 0.02; makers who show the displacement factor differ by their distortion, so only a look is asked for. */
export const powerFactorCheck = (view: MeterView): WiringCheck => {
  const title = 'The power factor is that of the powers'
  if (!view.facts.phases.some((phase) => view.has(keysOf(phase).pf)))
    return notAssessed('power-factor', title, 'the meter gives no power factor per phase')
  const judged = view.facts.phases.flatMap((phase) => {
    const { u, i, p, s, pf } = keysOf(phase)
    const [factor, active] = [view.mean(pf), view.mean(p)]
    const apparent = view.mean(s) ?? (view.mean(u) ?? 0) * Math.abs(view.mean(i) ?? 0)
    if (factor === null || active === null || apparent < leastVA) return []
    return [{ phase, factor: Math.abs(factor), fromPower: Math.abs(active) / apparent }]
  })
  if (judged.length === 0) return notAssessed('power-factor', title, `no phase carries ${leastVA} VA`)
  const apart = ({ factor, fromPower }: (typeof judged)[number]): number => Math.abs(factor - fromPower)
  const worst = judged.reduce((a, b) => (apart(b) > apart(a) ? b : a))
  const numbers = judged.flatMap(({ phase, factor, fromPower }) => [
    used(`power factor ${phase}`, factor, '1'),
    used(`P / S ${phase}`, fromPower, '1'),
  ])
  // A distortion of 45 % makes the displacement factor 0.1 larger than the power factor (electrical.md 3).
  const tolerance = worst.factor >= worst.fromPower ? 0.12 : 0.03
  return apart(worst) <= tolerance
    ? good('power-factor', { title, says: `Within ${apart(worst).toFixed(2)} on every phase.`, numbers })
    : check('power-factor', {
        title: 'Power factor and powers do not fit',
        says: `${worst.phase} shows ${worst.factor.toFixed(2)}, its powers make ${worst.fromPower.toFixed(2)}.`,
        toCheck: 'Check the profile of the meter: scale of the power factor, and which of its two factors it is',
        numbers,
        confidence: confidenceOf(apart(worst), tolerance / 3),
      })
}
