import type { WiringCheck } from '../../../shared/wiring/check-result.ts'
import { clear, type Detector, type Facts, type Outcome, type Setup } from './detector.ts'
import { nameOf } from './wording.ts'

/** Meter and check of what was told, so that it is taken back when it is over. */
export interface WiringState {
  readonly told: ReadonlySet<string>
}

const isBad = ({ state }: WiringCheck): boolean => state === 'wrong' || state === 'check'
const placeOf = (meterId: string, { id }: WiringCheck): string => `${meterId} ${id}`

/** A broken neutral puts up to 400 V on single-phase loads; all else is wrong numbers. */
const severityOf = ({ id, state }: WiringCheck): Facts['severity'] =>
  state === 'check' ? 'info' : id === 'neutral' ? 'critical' : 'warning'

const sureness = ({ confidence }: WiringCheck): string =>
  confidence === null ? '' : ` Confidence ${(100 * confidence).toFixed(0)} %.`

const factsOf = (meterId: string, check: WiringCheck, setup: Setup): Facts => ({
  phase: check.phase,
  severity: severityOf(check),
  title: `Meter ${nameOf(setup.site.meters, meterId)}: ${check.title}`,
  message: `${check.says}${check.toCheck === null ? '' : ` ${check.toCheck}.`}${sureness(check)}`,
  numbers: check.numbers,
  evidence: `registers of this meter and of those around it, smoothed over 8 s while its currents were calm; seen five times in a row`,
  blindMs: null,
  identity: `${check.state} ${check.kind}`,
})

/** How meters are connected, set and sized, as the passive checks see it (derive/wiring); this only tells it. */
export const wiringDetector: Detector<WiringState> = {
  id: 'wiring',
  start: () => ({ told: new Set() }),
  step: ({ told }, { wiring }, setup) => {
    const all = [...wiring].flatMap(([meterId, checks]) => checks.map((check) => ({ meterId, check })))
    const bad = all.filter(({ check }) => isBad(check))
    const over =
      told.size === 0 ? [] : all.filter(({ meterId, check }) => !isBad(check) && told.has(placeOf(meterId, check)))
    return {
      state: { told: new Set(bad.map(({ meterId, check }) => placeOf(meterId, check))) },
      outcomes: [
        ...bad.map(({ meterId, check }): Outcome => ({
          subject: { kind: 'meter', id: meterId },
          key: check.id,
          verdict: { kind: 'active', facts: factsOf(meterId, check, setup) },
        })),
        ...over.map(({ meterId, check }): Outcome => ({
          subject: { kind: 'meter', id: meterId },
          key: check.id,
          verdict: clear,
        })),
      ],
    }
  },
}
