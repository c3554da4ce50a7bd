import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import { own } from '../../../shared/own.ts'
import type { SiteWaveSource } from '../../../shared/site/site.ts'
import { subjectOfWaves } from '../waves/wave-subject.ts'
import { clear, type Detector, type Facts, type Setup, type Verdict } from './detector.ts'
import { seconds, used, volts } from './wording.ts'

type Event = SampledVoltageObservation['event']
type Kind = Event['kind']
const kinds: readonly Kind[] = ['dip', 'swell', 'interruption']

/** An event that goes on, or that ended and is still to be told so. One that begins and ends between two images is raised first. */
interface Held {
  readonly event: Event
  readonly isOver: boolean
  readonly isTold: boolean
  /** Earlier ones since the last image, which this one stands for too. */
  readonly more: number
}
type HeldByKind = Readonly<Partial<Record<Kind, Held>>>

const titles: Readonly<Record<Kind, string>> = {
  dip: 'Voltage dip',
  swell: 'Voltage swell',
  interruption: 'Interruption of the supply',
}
const limits: Readonly<Record<Kind, string>> = {
  dip: 'below 90 % of nominal',
  swell: 'above 110 % of nominal',
  interruption: 'below 5 % of nominal on all phases',
}

const isOver = ({ toMs, isCut }: Event): boolean => toMs !== null || isCut

const take = (before: HeldByKind, event: Event): HeldByKind => {
  const held = before[event.kind]
  const goesOn = held !== undefined && !held.isOver
  const next: Held =
    isOver(event) && goesOn
      ? { ...held, event, isOver: true }
      : {
          event,
          isOver: isOver(event),
          isTold: held?.isTold ?? false,
          more: held === undefined ? 0 : held.more + 1,
        }
  return { ...before, [event.kind]: next }
}

const extremeWord = (kind: Kind): string => (kind === 'swell' ? 'highest' : 'lowest')

const numbersOf = ({ kind, extremeV, fromMs, toMs }: Event, nominalV: number) => [
  used(`${extremeWord(kind)} one-cycle RMS`, extremeV, 'V'),
  used('of nominal', (extremeV / nominalV) * 100, '%'),
  ...(toMs === null ? [] : [used('duration', (toMs - fromMs) / 1000, 's')]),
]

const factsOf = ({ event, more }: Held, source: SiteWaveSource, { site }: Setup): Facts => {
  const { kind, extremeV, channels } = event
  const name = source.name ?? source.id
  return {
    phase: channels.join(' '),
    severity: kind === 'interruption' ? 'critical' : 'warning',
    title: `${titles[kind]} at ${name}`,
    message:
      `${channels.join(', ')} went ${limits[kind]} (${extremeWord(kind)} so far ${volts(extremeV)} one-cycle RMS). ` +
      'Its depth, duration and direction are in Events and dips when it is over; the waveform is captured.',
    numbers: numbersOf(event, site.grid.nominalVoltage),
    evidence: `samples of ${name}: one-cycle RMS refreshed every half cycle; its class is that of the front end`,
    blindMs: null,
    identity: `${String(event.fromMs)} ${String(more)}`,
  }
}

const closingOf = ({ event, more }: Held, { site }: Setup): Verdict => {
  const { kind, fromMs, toMs, extremeV, channels } = event
  const lasted =
    toMs === null ? 'its end was not seen, because samples are missing' : `it lasted ${seconds(toMs - fromMs)}`
  const others = more === 0 ? '' : ` With ${more} more like it just before.`
  return {
    kind: 'clear',
    closing: {
      message: `${channels.join(', ')}: ${extremeWord(kind)} one-cycle RMS ${volts(extremeV)}, ${lasted}.${others}`,
      numbers: numbersOf(event, site.grid.nominalVoltage),
    },
  }
}

const tell = (held: Held | undefined, source: SiteWaveSource, setup: Setup): { verdict: Verdict; next?: Held } => {
  if (held === undefined) return { verdict: clear }
  if (held.isOver && held.isTold) return { verdict: closingOf(held, setup) }
  return { verdict: { kind: 'active', facts: factsOf(held, source, setup) }, next: { ...held, isTold: true } }
}

/** Dips, swells and interruptions as the samples of a front end show them, from their first low half cycle on. */
export const sampledVoltage: Detector<Readonly<Record<string, HeldByKind>>> = {
  id: 'sampled-voltage',
  start: () => ({}),
  step: (before, { sampled }, setup) => {
    const told = setup.site.waves.map((source) => {
      const held = sampled
        .filter((observation) => observation.source === source.id)
        .reduce((all, { event }) => take(all, event), own(before, source.id) ?? {})
      const subject = subjectOfWaves(setup.site, source)
      return {
        id: source.id,
        outcomes: kinds.map((kind) => ({ subject, key: `${source.id} ${kind}`, ...tell(held[kind], source, setup) })),
      }
    })
    return {
      state: Object.fromEntries(
        told.map(({ id, outcomes }) => [
          id,
          Object.fromEntries(outcomes.flatMap(({ next }) => (next === undefined ? [] : [[next.event.kind, next]]))),
        ]),
      ),
      outcomes: told.flatMap(({ outcomes }) =>
        outcomes.map(({ subject, key, verdict }) => ({ subject, key, verdict })),
      ),
    }
  },
}
