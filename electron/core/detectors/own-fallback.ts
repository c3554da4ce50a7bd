import type { ChargerReading } from '../../../shared/model/image.ts'
import { judgeOwnFallback, type OwnFallback, type SaidFallback } from '../../../shared/charger/own-fallback.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { chargersUnder, circuitsUnder } from './circuit-tree.ts'
import { clear, unknown, type Detector, type Outcome, type Setup, type Verdict } from './detector.ts'
import { amperes, used } from './wording.ts'
import { own } from '../../../shared/own.ts'

type SiteCharger = Setup['site']['chargers'][number]
/** The last values read: these registers change when a person sets them, not by themselves. */
type Said = ReadonlyMap<string, SaidFallback>

const valueOf = (reading: ChargerReading | undefined, key: string): number | null =>
  own(reading?.samples, key)?.value ?? null

const heard = (before: Said, charger: SiteCharger, reading: ChargerReading | undefined): SaidFallback => ({
  fallbackA: valueOf(reading, 'fallback_limit') ?? before.get(charger.id)?.fallbackA ?? null,
  timeoutS: valueOf(reading, 'watchdog_timeout') ?? before.get(charger.id)?.timeoutS ?? null,
})

const judge = (setup: Setup, charger: SiteCharger, said: Said): OwnFallback | null => {
  const abilities = setup.abilities.get(charger.id)
  const own = said.get(charger.id)
  if (abilities === undefined || own === undefined) return null
  return judgeOwnFallback(abilities, { declaredA: charger.fallback, maximumA: charger.maximum }, own)
}

const ofCharger = (setup: Setup, charger: SiteCharger, said: Said): Verdict => {
  const own = judge(setup, charger, said)
  const { id, name = id } = charger
  if (own === null || own.verdict === 'unread')
    return unknown(`charger ${name} does not say what it falls to and when: nobody knows whether its fallback fits`)
  if (own.verdict !== 'unfit') return clear
  const mayWrite = setup.abilities.get(charger.id)?.writableFallback != null
  return {
    kind: 'active',
    facts: {
      phase: null,
      // What it costs the circuits above is a finding of theirs.
      severity: 'warning',
      title: `Charger ${name} would fall back to something else than the site file says`,
      message:
        `When this program or its line fails, ${own.problems.join('; ')}. ` +
        (mayWrite
          ? '“Write its fallback …” at the charger in Load control writes both and reads them back; or set them in the charger'
          : 'Set them in the charger, or correct the fallback in the site file'),
      numbers: [used('site file', charger.fallback, 'A'), used('at worst', own.worstA, 'A')],
      evidence: 'the fallback current and the time-out the charger itself says',
      blindMs: null,
      identity: own.problems.join(),
    },
  }
}

/** The sum of check-fallbacks.ts once more, with the worse of what is declared and what the chargers say. */
const ofCircuit = (setup: Setup, circuit: Setup['site']['circuits'][number], said: Said): Verdict => {
  const { site } = setup
  const limitA = circuitLimitA(site, circuit)
  const below = chargersUnder(site, circuit.id).map((charger) => ({ charger, own: judge(setup, charger, said) }))
  if (below.every(({ own }) => own?.verdict !== 'unfit')) return clear
  const fed = circuitsUnder(site, circuit.id)
  const otherA = (phase: Phase): number =>
    fed.filter(({ phases }) => phases.includes(phase)).reduce((sum, { otherLoad }) => sum + (otherLoad ?? 0), 0)
  const sums = circuit.phases.map((phase) => ({
    phase,
    sumA: below
      .filter(({ charger }) => charger.phases.includes(phase))
      .reduce((sum, { charger, own }) => sum + (own?.worstA ?? charger.fallback), otherA(phase)),
  }))
  const worst = sums.toSorted((a, b) => b.sumA - a.sumA)[0]
  if (worst === undefined || worst.sumA <= limitA + 1e-9) return clear
  const { id, name = id } = circuit
  return {
    kind: 'active',
    facts: {
      phase: worst.phase,
      severity: 'critical',
      title: `The chargers' own fallbacks do not fit ${name}`,
      message:
        `When this program ends, the chargers under ${name} may draw ${amperes(worst.sumA)} on ${worst.phase} beside its declared other load, above its ${amperes(limitA)}. ` +
        'Correct the fallback in the chargers that have a finding of their own',
      numbers: [used('sum at worst', worst.sumA, 'A'), used('limit', limitA, 'A')],
      evidence: 'the worse of the declared fallback and the one each charger says',
      blindMs: null,
      identity: String(Math.round(worst.sumA)),
    },
  }
}

/** What happens when nobody steers: what stands in the chargers against what the site file counts on. */
export const ownFallback: Detector<Said> = {
  id: 'own-fallback',
  start: () => new Map(),
  step: (before, { image }, setup) => {
    const { chargers, circuits } = setup.site
    const said: Said = new Map(
      chargers.map((charger) => [charger.id, heard(before, charger, own(image.chargers, charger.id))]),
    )
    const known = chargers.filter(({ id }) => setup.abilities.has(id))
    const outcomes: Outcome[] = [
      ...known.map((charger) => ({
        subject: { kind: 'charger', id: charger.id } as const,
        key: '',
        verdict: ofCharger(setup, charger, said),
      })),
      ...circuits.map((circuit) => ({
        subject: { kind: 'circuit', id: circuit.id } as const,
        key: '',
        verdict: ofCircuit(setup, circuit, said),
      })),
    ]
    return { state: said, outcomes }
  },
}
