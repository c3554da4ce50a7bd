import { differenceWords, settingDifferences } from '../../../shared/electrical/breaker/in-force.ts'
import { own } from '../../../shared/own.ts'
import type { ProtectionReading } from '../../../shared/protection/read-protection.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { clear, unknown, type Detector, type Outcome, type Setup, type Verdict } from './detector.ts'
import { used } from './wording.ts'

interface Seen {
  readonly circuit: SiteCircuit
  readonly name: string
  /** "trip unit PXR of Feeder 1" */
  readonly device: string
  readonly reading: ProtectionReading
}

const nothingRead = (seen: Seen): Verdict => unknown(`the ${seen.device} does not say its state`)

const tripVerdict = (seen: Seen): Verdict => {
  const { reading, name, device } = seen
  if (reading.state === null) return nothingRead(seen)
  if (reading.state !== 'tripped') return clear
  const cause = reading.causes.length === 0 ? 'it gives no cause' : `its cause: ${reading.causes.join(', ')}`
  return {
    kind: 'active',
    facts: {
      phase: null,
      severity: 'critical',
      title: `Tripped: ${name}`,
      message: `The ${device} says that its breaker has tripped; ${cause}. Find and clear the cause before it is closed again.`,
      numbers: [],
      evidence: `status and cause registers of the ${device}`,
      blindMs: null,
      identity: reading.causes.join(),
    },
  }
}

const settingsVerdict = ({ reading, circuit, name, device }: Seen): Verdict => {
  const { breaker } = circuit
  if (breaker === undefined || reading.settings === null) return clear
  const differences = settingDifferences(breaker, reading.settings)
  if (differences.length === 0) return clear
  const said = differences.map(differenceWords)
  return {
    kind: 'active',
    facts: {
      phase: null,
      severity: 'warning',
      title: `Trip unit of ${name} is set otherwise than declared`,
      message:
        `${said.join('; ')}. The thermal image goes by what is set. ` +
        'Correct the site file, or have the trip unit set as it was planned.',
      numbers: differences.flatMap(({ setting, unit, isSetTo, declared }) => [
        used(`${setting} set`, isSetTo, unit.trim()),
        used(`${setting} declared`, declared, unit.trim()),
      ]),
      evidence: `settings registers of the ${device}, read only`,
      blindMs: null,
      identity: said.join(),
    },
  }
}

const alarmVerdict = ({ reading, name, device }: Seen): Verdict =>
  reading.alarms.length === 0
    ? clear
    : {
        kind: 'active',
        facts: {
          phase: null,
          severity: 'warning',
          title: `Residual current alarm: ${name}`,
          message: `The ${device} reports ${reading.alarms.join(', ')}. Look for moisture, damaged cables and chargers with a fault.`,
          numbers: [],
          evidence: `alarm registers of the ${device}`,
          blindMs: null,
          identity: reading.alarms.join(),
        },
      }

const seenOf = (setup: Setup, circuit: SiteCircuit, reading: ProtectionReading): Seen => {
  const description = circuit.meter === undefined ? undefined : setup.descriptions.get(circuit.meter)
  const name = circuit.name ?? circuit.id
  const device = `${description?.make ?? ''} ${description?.model ?? 'trip unit'} of ${name}`.trim()
  return { circuit, name, device, reading }
}

/** What trip units and residual current monitors say: a trip with its cause, settings that are not the declared ones, alarms. */
export const tripUnit: Detector<null> = {
  id: 'trip-unit',
  start: () => null,
  step: (_, { image }, setup) => {
    const outcomes: Outcome[] = []
    for (const circuit of setup.site.circuits) {
      const reading = own(image.circuits, circuit.id)?.protection
      if (reading === undefined) continue
      const protection = circuit.meter === undefined ? undefined : setup.descriptions.get(circuit.meter)?.protection
      const seen = seenOf(setup, circuit, reading)
      const subject = { kind: 'circuit', id: circuit.id } as const
      if ((protection?.states.length ?? 0) > 0) outcomes.push({ subject, key: 'trip', verdict: tripVerdict(seen) })
      if (protection?.hasSettings === true) outcomes.push({ subject, key: 'settings', verdict: settingsVerdict(seen) })
      if ((protection?.alarms.length ?? 0) > 0) outcomes.push({ subject, key: 'residual', verdict: alarmVerdict(seen) })
    }
    return { state: null, outcomes }
  },
}
