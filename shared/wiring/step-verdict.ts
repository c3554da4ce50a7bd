import { phases, type Phase } from '../model/phase.ts'
import { hypothesisTitle, lowerFirst } from './checks/signature-check.ts'
import type { MeterResponse, StepResult } from './step-test.ts'
import { wrapped } from './signature.ts'

/** What a test with one charger says of its socket and of the meters around it. */
export interface StepFinding {
  readonly subject: { readonly kind: 'charger' | 'meter'; readonly id: string }
  readonly state: 'good' | 'check' | 'wrong'
  readonly says: string
}
/** A change of the site file that would make it say what was seen. */
export type SiteChange =
  | { readonly kind: 'charger-phases'; readonly id: string; readonly phases: readonly Phase[] }
  | { readonly kind: 'meter-reverse'; readonly id: string; readonly reverse: boolean }
export interface StepVerdict {
  readonly findings: readonly StepFinding[]
  /** What this run could not tell, and what would. */
  readonly unknown: readonly string[]
  readonly changes: readonly { readonly change: SiteChange; readonly why: string }[]
}

export interface TestedCharger {
  readonly id: string
  readonly name: string
  readonly phases: readonly Phase[]
}
export interface TestedMeter {
  readonly id: string
  readonly name: string
  /** Its circuit feeds the charger. */
  readonly isAbove: boolean
  readonly isReversed: boolean
}

const next = (phase: Phase, by: number): Phase => phases[(phases.indexOf(phase) + by + 3) % 3] as Phase
const responding = ({ phases: answer }: MeterResponse): readonly Phase[] =>
  phases.filter((phase) => answer[phase].responds)

/**
 * Which conductor a meter's phase really measures, by the angle of the step there (hypotheses.ts): near 0 or 180 its own, near 120 or
 * -60 the next one, near -120 or 60 the one before. Without an angle it is taken to be its own.
 */
export const conductorOf = (phase: Phase, angleDeg: number | null): Phase => {
  if (angleDeg === null) return phase
  // A car stands at about 8 degrees.
  const sector = Math.round(wrapped(angleDeg - 8) / 60)
  return sector === 2 || sector === -1 ? next(phase, 1) : sector === -2 || sector === 1 ? next(phase, -1) : phase
}

/** The declared map turned so that its first terminal is on this phase. */
const turnedTo = (declared: readonly Phase[], first: Phase): readonly Phase[] => {
  const by = phases.indexOf(first) - phases.indexOf(declared[0] ?? first)
  return declared.map((phase) => next(phase, by))
}

const gainText = (gain: number): string => `${(gain * 100).toFixed(0)} %`
const knownRatios = [0.5, 0.8, 1.25, 2]

/** A share of the step beyond this is not what classes and cars explain. */
const gainOff = 0.1
const ratioWithin = 0.06

const gainFinding = (meter: TestedMeter, answer: MeterResponse): StepFinding | null => {
  const gains = responding(answer).flatMap((phase) => {
    const { gain, gainError } = answer.phases[phase]
    return gain === null ? [] : [{ phase, gain, error: gainError }]
  })
  if (gains.length === 0) return null
  const subject = { kind: 'meter', id: meter.id } as const
  const text = gains.map(({ phase, gain }) => `${phase} ${gainText(gain)}`).join(', ')
  const off = gains.filter(({ gain }) => Math.abs(gain - 1) > gainOff)
  if (off.length === 0) return { subject, state: 'good', says: `${meter.name} shows the whole step: ${text}.` }
  // Steps that differ among themselves by as much as they are off say nothing of a ratio: other load switched with them.
  const unclear = off.filter(({ gain, error }) => Math.abs(gain - 1) <= error)
  if (unclear.length > 0)
    return {
      subject,
      state: 'check',
      says: `${meter.name} does not show the whole step (${text}), but its steps differ among themselves by as much (${unclear.map(({ phase, error }) => `${phase} ± ${gainText(error)}`).join(', ')}): other load switched meanwhile. Repeat the test when that is quiet.`,
    }
  const ratio = knownRatios.find((each) => off.every(({ gain }) => Math.abs(gain / each - 1) <= ratioWithin))
  return {
    subject,
    state: ratio === undefined ? 'check' : 'wrong',
    says:
      ratio === undefined
        ? `${meter.name} does not show the whole step: ${text}. Check the ratio of its current transformers, and what else switched meanwhile.`
        : `${meter.name} shows ${ratio} times the step (${text}): the ratio of its current transformers is wrong, in the meter or in the site file.`,
  }
}

const wiringFinding = (meter: TestedMeter, answer: MeterResponse): StepFinding | null => {
  const { signature } = answer
  if (signature === null) return null
  const subject = { kind: 'meter', id: meter.id } as const
  const on = [...signature.angles].map(([phase, angle]) => `${phase} ${angle.toFixed(0)}°`).join(', ')
  if (signature.best.kind === 'right')
    return { subject, state: 'good', says: `${meter.name}: current and voltage belong together (${on}).` }
  return {
    subject,
    state: signature.fits ? 'wrong' : 'check',
    says: `${meter.name}: ${lowerFirst(hypothesisTitle(signature.best))}, by the angle of the step (${on}).`,
  }
}

/** A phase that shows less than this share of a step, and is quiet enough to have shown half of it, does not measure it. */
const unseenShare = 0.2
const openFinding = (meter: TestedMeter, answer: MeterResponse, result: StepResult): StepFinding | null => {
  const seen = responding(answer)
  if (result.usedTerminals === null || seen.length >= result.usedTerminals) return null
  const blind = phases.filter((phase) => {
    const { stepA, noiseA, responds } = answer.phases[phase]
    const isStill = stepA !== null && Math.abs(stepA) < unseenShare * result.stepA
    return !responds && isStill && 6 * noiseA < result.stepA
  })
  if (blind.length === 0) return null
  return {
    subject: { kind: 'meter', id: meter.id },
    state: 'wrong',
    says: `${meter.name} saw the step on ${seen.join(' and ')} only, although the car drew on ${result.usedTerminals} phases: look at the current transformer of ${blind.join(' and ')} (open, short-circuited, unplugged, or round another conductor).`,
  }
}

/** One phase twice as stiff as another is no grid but a joint (electrical.md 6.4.10). */
const looseFactor = 2
/** and by at least this, ohm: what is told of a stiff cable may be off by a part of it. Editable assumption. */
const looseLeastOhm = 0.02
const impedanceFinding = (
  what: string,
  subject: StepFinding['subject'],
  each: readonly { readonly name: string; readonly ohm: number | null }[],
): StepFinding | null => {
  const known = each.flatMap(({ name, ohm }) => (ohm === null || ohm <= 0 ? [] : [{ name, ohm }]))
  const worst = known.toSorted((a, b) => b.ohm - a.ohm)[0]
  const others = known.filter((one) => one !== worst)
  if (worst === undefined || others.length === 0) return null
  const usual = others.reduce((sum, { ohm }) => sum + ohm, 0) / others.length
  const text = known.map(({ name, ohm }) => `${name} ${(1000 * ohm).toFixed(0)} mΩ`).join(', ')
  return worst.ohm >= looseFactor * usual && worst.ohm - usual >= looseLeastOhm
    ? {
        subject,
        state: 'check',
        says: `${what}: ${text}. ${worst.name} has ${(worst.ohm / usual).toFixed(1)} times the impedance of the others: look for a loose terminal or a thinner conductor.`,
      }
    : { subject, state: 'good', says: `${what}: ${text}, alike.` }
}

/** What the meters above say the first terminal is on; null where they don't, or not the same. */
const firstConductor = (above: readonly MeterResponse[]): Phase | null => {
  const seen = above.flatMap((answer) => {
    const [phase, ...others] = responding(answer)
    return phase === undefined || others.length > 0 ? [] : [conductorOf(phase, answer.phases[phase].angleDeg)]
  })
  const [first] = seen
  return first !== undefined && seen.every((each) => each === first) ? first : null
}

const socketVerdict = (
  charger: TestedCharger,
  result: StepResult,
  above: readonly MeterResponse[],
): Pick<StepVerdict, 'findings' | 'unknown' | 'changes'> => {
  const subject = { kind: 'charger', id: charger.id } as const
  const declared = charger.phases.join(', ')
  const counts = above.map((answer) => responding(answer).length)
  if (above.length === 0)
    return {
      findings: [],
      unknown: ['No meter above this charger has a current: its phases cannot be seen.'],
      changes: [],
    }
  if (counts.every((count) => count === 0))
    return {
      findings: [
        {
          subject,
          state: 'wrong',
          says: 'No meter above it saw the step: it hangs on another circuit than the site file says, or they do not measure.',
        },
      ],
      unknown: [],
      changes: [],
    }
  const most = Math.max(...counts)
  if (most === 1) {
    const first = firstConductor(above)
    if (first === null)
      return {
        findings: [
          {
            subject,
            state: 'check',
            says: 'The meters above saw the step on different phases; mend their wiring first.',
          },
        ],
        unknown: [],
        changes: [],
      }
    if (first === charger.phases[0])
      return {
        findings: [{ subject, state: 'good', says: `Its first terminal is on ${first}, as declared (${declared}).` }],
        unknown: ['Terminals T2 and T3 carried no current with this car: their order is taken to follow.'],
        changes: [],
      }
    const turned = turnedTo(charger.phases, first)
    return {
      findings: [
        {
          subject,
          state: 'wrong',
          says: `Its first terminal is on ${first}, declared is ${declared}: the socket is turned. The likely map is ${turned.join(', ')}.`,
        },
      ],
      unknown: ['Terminals T2 and T3 carried no current with this car: their order is taken to follow.'],
      changes: [
        {
          change: { kind: 'charger-phases', id: charger.id, phases: turned },
          why: `${charger.name} was seen on ${first} in ${result.steps} steps`,
        },
      ],
    }
  }
  return {
    findings: [
      {
        subject,
        state: most === charger.phases.length ? 'good' : 'check',
        says: `The car draws on ${most} phases; ${charger.phases.length} are declared.`,
      },
    ],
    unknown: [
      'All phases moved alike, so the rotation of the socket cannot be seen with this car: repeat with a single-phase one.',
    ],
    changes: [],
  }
}

/** What a run says of the site: wiring of every meter above, the socket's phases, impedances, and what it cannot say. */
export const verdictOf = (result: StepResult, charger: TestedCharger, meters: readonly TestedMeter[]): StepVerdict => {
  const answers = new Map(result.meters.map((answer) => [answer.meterId, answer]))
  const above = meters.flatMap((meter) => {
    const answer = answers.get(meter.id)
    return meter.isAbove && answer !== undefined ? [{ meter, answer }] : []
  })
  const socket = socketVerdict(
    charger,
    result,
    above.map(({ answer }) => answer),
  )
  const perMeter = above.flatMap(({ meter, answer }) => {
    const seen = responding(answer).length
    if (seen === 0)
      return [
        {
          subject: { kind: 'meter', id: meter.id } as const,
          state: 'wrong' as const,
          says: `${meter.name} did not see the step, although its circuit feeds the charger.`,
        },
      ]
    return [
      wiringFinding(meter, answer),
      openFinding(meter, answer, result),
      gainFinding(meter, answer),
      impedanceFinding(
        `Impedance up to ${meter.name}`,
        { kind: 'meter', id: meter.id },
        phases.map((phase) => ({ name: phase, ohm: answer.phases[phase].ohm })),
      ),
    ].filter((each) => each !== null)
  })
  const elsewhere = meters.flatMap((meter): StepFinding[] => {
    const answer = answers.get(meter.id)
    return meter.isAbove || answer === undefined || responding(answer).length === 0
      ? []
      : [
          {
            subject: { kind: 'meter', id: meter.id },
            state: 'check',
            says: `${meter.name} moved with the charger although its circuit does not feed it: check which circuit each is on.`,
          },
        ]
  })
  const atSocket = impedanceFinding(
    'Impedance up to the socket',
    { kind: 'charger', id: charger.id },
    result.terminalOhm.map((ohm, index) => ({ name: `T${index + 1}`, ohm })),
  )
  const reversed = above.filter(
    ({ answer }) => answer.signature?.best.kind === 'all-reversed' && answer.signature.angles.size === 3,
  )
  return {
    findings: [...socket.findings, ...perMeter, ...elsewhere, ...(atSocket === null ? [] : [atSocket])],
    unknown: [
      ...socket.unknown,
      ...(result.usedTerminals === null
        ? ['The charger does not measure its own current: gains rest on the limits it was given.']
        : []),
    ],
    changes: [
      ...socket.changes,
      ...reversed.map(({ meter }) => ({
        change: { kind: 'meter-reverse', id: meter.id, reverse: !meter.isReversed } as const,
        why: `all three currents of ${meter.name} run the other way; turn the transformers, or say so here`,
      })),
    ],
  }
}
