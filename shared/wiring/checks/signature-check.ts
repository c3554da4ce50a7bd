import { phases, type Phase } from '../../model/phase.ts'
import type { Hypothesis, WiringKind } from '../hypotheses.ts'
import { sameLook, signatureOf, type PhaseLook, type Signature } from '../signature.ts'
import { check, good, notAssessed, used, wrong, type WiringCheck } from '../check-result.ts'
import { keysOf, type MeterView } from '../meter-view.ts'

/** Below these a phase says nothing of its wiring (electrical.md 6.3). */
const leastShare = 0.05
const leastA = 0.5
/** Less sure than this is only worth a look (editable assumption). */
const sureFrom = 0.8

/** A title within a sentence: only its first letter is small, L1 stays L1. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const both = (list: readonly Phase[]): string => list.join(' and ')

/** One entry for each way of being wrong: its name, what it does to the numbers, what to look at. */
const words: Readonly<
  Record<
    Exclude<WiringKind, 'right'>,
    { readonly title: (of: Hypothesis) => string; readonly means: string; readonly look: (of: Hypothesis) => string }
  >
> = {
  reversed: {
    title: ({ phases: on }) => `Current transformer ${both(on)} reversed`,
    means: 'its power is shown with the wrong sign',
    look: ({ phases: on }) =>
      `Turn the current transformer of ${both(on)} (its arrow shows from the source to the load), or swap its two secondary wires at the meter`,
  },
  'all-reversed': {
    title: () => 'All current transformers reversed',
    means: 'import is shown as export',
    look: () =>
      "Turn the current transformers or, where the meter sits the other way round on purpose, say 'reverse: true' at the meter; where something feeds in, say 'generation: true' at the circuit",
  },
  'currents-swapped': {
    title: ({ phases: on }) => `Current transformers ${both(on)} have changed places`,
    means: 'each of the two measures the other phase, and their powers come near to cancelling out',
    look: ({ phases: on }) => `Swap the secondary wires of the current transformers ${both(on)} at the meter`,
  },
  'currents-swapped-one-reversed': {
    title: ({ phases: on }) => `Current transformers ${both(on)} have changed places and one is reversed`,
    means: 'each of the two measures the other phase, one with the wrong sign',
    look: ({ phases: on }) => `Check which conductor the current transformers ${both(on)} are on, and their arrows`,
  },
  'currents-swapped-both-reversed': {
    title: ({ phases: on }) => `Current transformers ${both(on)} have changed places and are reversed`,
    means: 'the powers look plausible and are half of what they are',
    look: ({ phases: on }) =>
      `Check which conductor the current transformers ${both(on)} are on, and their arrows; capacitors on one phase could look like this too`,
  },
  'voltages-swapped': {
    title: ({ phases: on }) => `Voltage inputs ${both(on)} have changed places`,
    means: 'the voltage of each of the two belongs to the current of the other',
    look: ({ phases: on }) => `Swap the voltage wires of ${both(on)} at the meter`,
  },
  rotated: {
    title: () => 'Currents are one phase on from their voltages',
    means: 'every phase measures the current of the next, and power is shown as half of it with the wrong sign',
    look: () => 'Move all three current transformers one phase on, or all three voltage wires; check each conductor',
  },
}

/** "Current transformer L2 reversed": what a hypothesis is called. */
export const hypothesisTitle = (of: Hypothesis): string =>
  of.kind === 'right' ? 'Connected right' : words[of.kind].title(of)

/** How well the meter's own sum of Q and P explains that a phase is worth a look. */
const lookAt = (view: MeterView, phase: Phase): PhaseLook | null => {
  const { u, i, p, q, s } = keysOf(phase)
  const [volts, amperes, watts] = [view.mean(u), view.mean(i), view.mean(p)]
  if (volts === null || amperes === null || watts === null) return null
  const currentA = Math.abs(amperes)
  const least = Math.max(leastA, leastShare * (view.facts.transformer?.primaryA ?? 0))
  if (currentA < least || volts < 0.5 * view.facts.nominalVoltage) return null
  const apparentVA = view.mean(s) ?? volts * currentA
  return { currentA, activeW: watts, apparentVA: Math.max(Math.abs(apparentVA), 1), reactiveVar: view.mean(q) }
}

const numbersOf = (signature: Signature, looks: ReadonlyMap<Phase, PhaseLook>) =>
  [...signature.angles].flatMap(([phase, angle]) => {
    const look = looks.get(phase)
    return [
      used(`angle ${phase}`, angle, 'deg'),
      used(`current ${phase}`, look?.currentA ?? 0, 'A'),
      used(`power ${phase}`, look?.activeW ?? 0, 'W'),
    ]
  })

const anglesText = ({ angles, isSigned }: Signature): string =>
  [...angles].map(([phase, angle]) => `${phase} ${isSigned ? '' : '±'}${angle.toFixed(0)}°`).join(', ')

const whyNot = (view: MeterView): string => {
  if (!view.has('p_l1') && !view.has('p_l2') && !view.has('p_l3'))
    return 'the meter gives no power per phase, so no angle is known; the test with a charger tells it'
  const least = Math.max(leastA, leastShare * (view.facts.transformer?.primaryA ?? 0))
  return `no phase carries ${least.toFixed(1)} A, below which angles say nothing`
}

const found = (signature: Signature, looks: ReadonlyMap<Phase, PhaseLook>, view: MeterView): WiringCheck => {
  const { best, confidence, fits } = signature
  const { title, means, look } = words[best.kind as Exclude<WiringKind, 'right'>]
  const others = sameLook(signature)
    .filter(({ cost, kind }) => kind !== 'right' && cost <= best.cost + 1)
    .map((other) => lowerFirst(words[other.kind as Exclude<WiringKind, 'right'>].title(other)))
  const missing = view.facts.phases.filter((phase) => !looks.has(phase))
  const said = {
    kind: `${best.kind} ${best.phases.join('')}`,
    title: title(best),
    says:
      `The currents stand ${anglesText(signature)} behind their voltages, where loads stand at -35° to 35°: ${means}.` +
      (others.length === 0 ? '' : ` It could as well be: ${[...new Set(others)].join('; ')}.`) +
      (missing.length === 0 ? '' : ` ${missing.join(' and ')} carried too little to be judged.`),
    toCheck: look(best),
    phase: best.phases.length === 3 ? null : best.phases.join(' '),
    numbers: numbersOf(signature, looks),
    confidence,
  }
  const isPlausibleLoad = best.kind === 'currents-swapped-both-reversed'
  return confidence >= sureFrom && fits && !isPlausibleLoad
    ? wrong('signature', said)
    : check('signature', {
        ...said,
        title: `Check the wiring: ${lowerFirst(said.title)}?`,
      })
}

/** What the angles between currents and voltages say of how the meter is connected (electrical.md 6.3). */
export const signatureCheck = (view: MeterView): WiringCheck => {
  const title = 'Current and voltage of each phase belong together'
  const looks = new Map(
    phases.flatMap((phase): [Phase, PhaseLook][] => {
      const look = view.facts.phases.includes(phase) ? lookAt(view, phase) : null
      return look === null ? [] : [[phase, look]]
    }),
  )
  const signature = signatureOf(looks)
  if (signature === null) return notAssessed('signature', title, whyNot(view))
  if (signature.best.kind === 'right')
    return good('signature', {
      title,
      says: `The currents stand ${anglesText(signature)} behind their voltages.`,
      numbers: numbersOf(signature, looks),
      confidence: signature.confidence,
    })
  const isBackward = signature.best.kind === 'reversed' || signature.best.kind === 'all-reversed'
  if (isBackward && view.facts.feedsIn)
    return notAssessed(
      'signature',
      title,
      `${[...signature.angles.keys()].join(' and ')} show power against the direction of import, and something here may feed in: look again when it does not`,
    )
  return found(signature, looks, view)
}
