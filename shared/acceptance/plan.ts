import { feedOf, watchdogTimeoutS, type ChargerAbilities } from '../charger/abilities.ts'
import { phases } from '../model/phase.ts'
import type { Subject } from '../model/finding.ts'
import { circuitLimitA } from '../site/circuit-limit.ts'
import { pathUp } from '../site/path-up.ts'
import type { Site, SiteBreaker } from '../site/site.ts'
import type { AcceptanceRun, AcceptanceStep, PlanNumbers } from './run.ts'
import { stepFacts, type StepKind } from './step-kinds.ts'

/** Editable assumptions: what an acceptance usually asks for. */
export const usualNumbers: PlanNumbers = {
  communicationMinutes: 10,
  mostErrorsPercent: 1,
  longestSilenceS: 10,
  settleS: 20,
  overloadS: 60,
  overrideS: 60,
  socketRepeats: 3,
}

export interface PlanInput {
  readonly site: Site
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly numbers: PlanNumbers
}
export interface Plan {
  readonly steps: readonly AcceptanceStep[]
  readonly leftOut: AcceptanceRun['leftOut']
}

const amps = (value: number): string => `${Math.round(value * 10) / 10} A`
const minutes = (value: number): string =>
  value < 1 ? `${Math.round(value * 60)} s` : `${Math.round(value * 10) / 10} min`

/** "IEC 60947-2, electronic, 100 A, trip unit Ir 80 A": what must stand on the nameplate. */
export const breakerText = (breaker: SiteBreaker): string => {
  const { tripUnit, rcd } = breaker
  const settings = tripUnit === undefined ? '' : `, trip unit Ir ${amps(tripUnit.ir)}, tr ${tripUnit.tr} s`
  const residual = rcd === undefined ? '' : `, RCD type ${rcd.type} ${rcd.rating} mA${rcd.delay === 'S' ? ' S' : ''}`
  return `${breaker.standard}, ${breaker.curve}, ${amps(breaker.rating)}${settings}${residual}`
}

const stepOf = (kind: StepKind, subject: Subject, name: string, wants: string): AcceptanceStep => ({
  id: `${kind}:${subject.id}`,
  kind,
  subject,
  title: `${stepFacts[kind].title}: ${name}`,
  wants,
  state: 'open',
  says: '',
  startedAtMs: null,
  endedAtMs: null,
  who: null,
  evidence: [],
  measures: [],
  remarks: [],
  photos: [],
  watched: null,
  tries: 0,
})

const deviceSteps = ({ site, numbers }: PlanInput): readonly AcceptanceStep[] => {
  const devices = [
    ...site.meters.map(({ id, name }) => ({ subject: { kind: 'meter', id } as const, name: name ?? id })),
    ...site.chargers.map(({ id, name }) => ({ subject: { kind: 'charger', id } as const, name: name ?? id })),
  ]
  return [
    ...devices.map(({ subject, name }) =>
      stepOf(
        'communication',
        subject,
        name,
        `watched for ${minutes(numbers.communicationMinutes)}: at most ${numbers.mostErrorsPercent} % of its requests without a good reply, never silent for more than ${numbers.longestSilenceS} s`,
      ),
    ),
    ...site.meters.flatMap(({ id, name }) => [
      stepOf(
        'plausible',
        { kind: 'meter', id },
        name ?? id,
        `voltage within 10 % of ${site.grid.nominalVoltage} V (EN 50160), frequency within 1 Hz of ${site.grid.frequency} Hz, power factor at most 1, none of these missing or doubted`,
      ),
      stepOf(
        'meter-wiring',
        { kind: 'meter', id },
        name ?? id,
        'none of its passive checks is red; what could not be assessed is told',
      ),
    ]),
    ...devices.map(({ subject, name }) =>
      stepOf(
        'intervals',
        subject,
        name,
        'read at least every 1.25 times the period it should have; nothing of it left out',
      ),
    ),
  ]
}

const fallbackStep = (
  { abilities }: PlanInput,
  charger: Site['chargers'][number],
): { readonly step: AcceptanceStep } | { readonly why: string } => {
  const name = charger.name ?? charger.id
  const able = abilities.get(charger.id)
  if (able === undefined) return { why: 'what it can do is not known: its profile is missing' }
  if (able.monitoredOnly !== null) return { why: `it is only monitored: ${able.monitoredOnly}` }
  const timeoutS = watchdogTimeoutS(able, null)
  if (feedOf(able) === null || timeoutS === null)
    return {
      why:
        able.watchdog.kind === 'fed'
          ? 'its watchdog is switched off'
          : `nothing this program leaves out would make it fall: ${able.watchdog.note}`,
    }
  const isSchedule = able.watchdog.kind === 'fed' && able.watchdog.by === 'limit' && able.make === 'OCPP'
  const fallsTo = charger.fallback === 0 ? 'pauses' : `falls to ${amps(charger.fallback)}`
  return {
    step: stepOf(
      'fallback',
      { kind: 'charger', id: charger.id },
      name,
      isSchedule
        ? `its limit is not written again for ${timeoutS} s, so that its schedule runs out: it ${fallsTo} by its default schedule`
        : `nothing feeds its watchdog for ${timeoutS} s: it ${fallsTo} by itself`,
    ),
  }
}

const chargerSteps = (input: PlanInput, leftOut: { title: string; why: string }[]): readonly AcceptanceStep[] =>
  input.site.chargers.flatMap((charger) => {
    const { abilities, numbers } = input
    const name = charger.name ?? charger.id
    const subject = { kind: 'charger', id: charger.id } as const
    const able = abilities.get(charger.id)
    const monitored = able?.monitoredOnly ?? null
    if (monitored !== null) {
      leftOut.push({
        title: `Limit, fallback and wiring by a test: ${name}`,
        why: `it is only monitored: ${monitored}`,
      })
      return []
    }
    const fallback = fallbackStep(input, charger)
    if ('why' in fallback) leftOut.push({ title: `${stepFacts.fallback.title}: ${name}`, why: fallback.why })
    const { site } = input
    const isSeen = site.circuits.some(({ id, meter }) => meter !== undefined && isBelow(site, charger.circuit, id))
    if (!isSeen)
      leftOut.push({
        title: `${stepFacts['socket-wiring'].title}: ${name}`,
        why: 'no meter measures a circuit above it, so nothing would show which phases follow it',
      })
    return [
      ...(isSeen
        ? [
            stepOf(
              'socket-wiring',
              subject,
              name,
              `${numbers.socketRepeats} times 6 to 16 A and back with a car, the others held: every phase answers where the site file has it`,
            ),
          ]
        : []),
      stepOf(
        'limit',
        subject,
        name,
        `two limits in turn, each read back and, where a car charges, followed by its current within ${numbers.settleS} s`,
      ),
      ...('step' in fallback ? [fallback.step] : []),
    ]
  })

/** The plan of an acceptance test, made from the site file: what can be shown of it, and what can't, with the reason. */
export const planOf = (input: PlanInput): Plan => {
  const { site, numbers } = input
  const leftOut: { title: string; why: string }[] = []
  const chargers = chargerSteps(input, leftOut)
  const breakers = site.circuits.flatMap((circuit) => {
    const name = circuit.name ?? circuit.id
    if (circuit.breaker !== undefined)
      return [
        stepOf(
          'breaker',
          { kind: 'circuit', id: circuit.id },
          name,
          `a photo of its nameplate, compared with ${breakerText(circuit.breaker)}`,
        ),
      ]
    leftOut.push({ title: `${stepFacts.breaker.title}: ${name}`, why: 'no breaker is declared for it' })
    return []
  })
  const controllable = site.chargers.filter(({ id }) => input.abilities.get(id)?.monitoredOnly === null)
  const measured = site.circuits.filter(
    (circuit) =>
      circuit.meter !== undefined &&
      phases.some((phase) => circuit.phases.includes(phase)) &&
      controllable.some((charger) => isBelow(site, charger.circuit, circuit.id)),
  )
  const [first] = controllable
  const siteSteps: AcceptanceStep[] = []
  if (measured.length === 0)
    leftOut.push({
      title: stepFacts.overload.title,
      why: 'no circuit with a meter feeds a charger that can be controlled',
    })
  for (const circuit of measured.filter(({ id }) => !measured.some(({ parent }) => parent === id)))
    siteSteps.push(
      stepOf(
        'overload',
        { kind: 'circuit', id: circuit.id },
        circuit.name ?? circuit.id,
        `its limit lowered from ${amps(circuitLimitA(site, circuit))} for ${numbers.overloadS} s to below what flows: control brings the current below it within ${numbers.settleS} s`,
      ),
    )
  if (first === undefined) leftOut.push({ title: stepFacts.override.title, why: 'no charger can be controlled' })
  else
    siteSteps.push(
      stepOf(
        'override',
        { kind: 'charger', id: first.id },
        first.name ?? first.id,
        `a limit of ${amps(Math.max(6, first.minimum))} by a person for ${numbers.overrideS} s, read back; after it the charger has its share again`,
      ),
    )
  if (site.meters.length > 0)
    siteSteps.push(
      stepOf(
        'alarm',
        { kind: 'site', id: site.id },
        site.name,
        'the undervoltage threshold is put above the voltage of now: the alarm comes, is acknowledged, and goes when the threshold is put back',
      ),
    )
  const devices = deviceSteps(input)
  const before = devices.filter(({ kind }) => kind !== 'intervals')
  return {
    steps: [...before, ...breakers, ...chargers, ...siteSteps, ...devices.filter(({ kind }) => kind === 'intervals')],
    leftOut,
  }
}

/** Whether a circuit is this one or lies below it. */
export const isBelow = (site: Site, circuitId: string, aboveId: string): boolean =>
  pathUp(site, circuitId).some(({ id }) => id === aboveId)
