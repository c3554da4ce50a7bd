import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import { voltageKey } from '../derive/phase-keys.ts'
import {
  clear,
  unknown,
  type Detector,
  type Facts,
  type Outcome,
  type Setup,
  type DetectorInput,
  type Verdict,
} from './detector.ts'
import { blindness, polledEvidence, used, volts } from './wording.ts'
import { own } from '../../../shared/own.ts'

/** One phase nearly without voltage while another is there. Editable assumptions: shares of the nominal voltage. */
const lostBelow = 0.1
const presentAbove = 0.5

type Voltages = Readonly<Partial<Record<Phase, number>>>

interface MeterState {
  readonly lost: readonly Phase[]
  /** Newest voltage of each phase: a meter's phases may come in several replies. */
  readonly latest: Voltages
  /** Time of the newest reading judged, so that a reply is judged once. */
  readonly judgedAtMs: number
}
export type PhaseLossState = Readonly<Record<string, MeterState>>
const idle: MeterState = { lost: [], latest: {}, judgedAtMs: -Infinity }

const limitsOf = ({ site }: Setup) => ({
  lostV: lostBelow * site.grid.nominalVoltage,
  backV: (lostBelow + site.alarms.hysteresis) * site.grid.nominalVoltage,
  presentV: presentAbove * site.grid.nominalVoltage,
})
type Limits = ReturnType<typeof limitsOf>

const measuredOf = (samples: MeterReading['samples']): readonly Phase[] =>
  phases.filter((phase) => (samples[voltageKey[phase]]?.quality ?? 'absent') !== 'absent')

/** What is known after a reply: what it brings, without what it says is missing. */
const withReply = (latest: Voltages, samples: MeterReading['samples']): Voltages =>
  Object.fromEntries(
    phases.flatMap((phase) => {
      const sample = samples[voltageKey[phase]]
      const value = sample === undefined ? latest[phase] : sample.value
      return value == null ? [] : [[phase, value]]
    }),
  )

/** Which phases are lost by one reading of all of them; null where it can't be judged by it. */
const lostIn = (voltages: Voltages, before: readonly Phase[], limits: Limits): readonly Phase[] | null => {
  const measured = phases.filter((phase) => voltages[phase] !== undefined)
  if (measured.length < 2 || !measured.some((phase) => (voltages[phase] ?? 0) >= limits.presentV)) return null
  return measured.filter((phase) => (voltages[phase] ?? 0) < (before.includes(phase) ? limits.backV : limits.lostV))
}

interface Judged {
  readonly state: MeterState
  /** The reading that shows it, where a phase was lost since the image before, even if only between two images. */
  readonly shown: { readonly lost: readonly Phase[]; readonly voltages: Voltages } | null
}

/** Every reply since the image before, each once: a phase lost for less than a second is lost all the same. */
const judge = (before: MeterState, meterId: string, input: DetectorInput, limits: Limits): Judged => {
  let { lost, latest, judgedAtMs } =
    before.judgedAtMs > input.image.atMs ? { ...before, judgedAtMs: -Infinity } : before
  let shown: Judged['shown'] = null
  for (const samples of input.repliesOf(meterId)) {
    const times = phases.flatMap((phase) => samples[voltageKey[phase]]?.atMs ?? [])
    const atMs = Math.max(...times)
    if (times.length === 0 || atMs <= judgedAtMs || atMs > input.image.atMs) continue
    judgedAtMs = atMs
    latest = withReply(latest, samples)
    const found = lostIn(latest, lost, limits)
    if (found === null) continue
    lost = found
    if (lost.length > 0) shown = { lost, voltages: latest }
  }
  return { state: { lost, latest, judgedAtMs }, shown }
}

const factsOf = (setup: Setup, id: string, name: string, { lost, voltages }: NonNullable<Judged['shown']>): Facts => {
  const limits = limitsOf(setup)
  const measured = phases.filter((phase) => voltages[phase] !== undefined)
  const reads = (phase: Phase): string => `${phase} reads ${volts(voltages[phase] ?? 0)}`
  const present = measured.filter((phase) => (voltages[phase] ?? 0) >= limits.presentV)
  return {
    phase: lost.join(' '),
    severity: 'critical',
    title: `Phase ${lost.join(', ')} lost at ${name}`,
    message:
      `${lost.map(reads).join(', ')} while ${present.map(reads).join(', ')}. ` +
      'Look for a blown fuse, an open pole or a loose terminal upstream of this meter, or at its voltage input. ' +
      'Three-phase loads can feed a voltage back, so a lost phase does not always read zero.',
    numbers: [
      ...measured.map((phase) => used(`voltage ${phase}`, voltages[phase] ?? 0, 'V')),
      used('lost below', limits.lostV, 'V'),
      used('back above', limits.backV, 'V'),
    ],
    evidence: polledEvidence(setup, id, voltageKey.L1),
    blindMs: blindness(setup, id, voltageKey.L1).blindMs,
    identity: lost.join(),
  }
}

/** Why the image alone does not tell whether a phase is there; null where it does. */
const unseenWhy = (samples: MeterReading['samples'], name: string, limits: Limits): string | null => {
  const measured = measuredOf(samples)
  if (measured.length < 2) return `meter ${name} reports fewer than two line-to-neutral voltages`
  const missing = measured.find((phase) => samples[voltageKey[phase]]?.value == null)
  if (missing !== undefined)
    return `${voltageKey[missing]} of meter ${name} is missing (${samples[voltageKey[missing]]?.quality})`
  return measured.some((phase) => (samples[voltageKey[phase]]?.value ?? 0) >= limits.presentV)
    ? null
    : `meter ${name} sees no voltage on any phase: not a phase loss but a supply without voltage`
}

/** Voltage missing on some but not all phases of a meter. Back when it is above the share by the site's hysteresis. */
export const phaseLoss: Detector<PhaseLossState> = {
  id: 'phase-loss',
  start: () => ({}),
  step: (all, input, setup) => {
    const limits = limitsOf(setup)
    const judged = setup.site.meters.map(({ id, name = id }) => {
      const { state, shown } = judge(own(all, id) ?? idle, id, input, limits)
      const why = unseenWhy(own(input.image.meters, id)?.samples ?? {}, name, limits)
      const verdict: Verdict =
        shown !== null
          ? { kind: 'active', facts: factsOf(setup, id, name, shown) }
          : why !== null
            ? unknown(why)
            : clear
      return { id, state, verdict }
    })
    return {
      state: Object.fromEntries(judged.map(({ id, state }) => [id, state])),
      outcomes: judged.map(({ id, verdict }): Outcome => ({ subject: { kind: 'meter', id }, key: '', verdict })),
    }
  },
}
