import { phases, type Phase } from '../../../shared/model/phase.ts'
import { voltageKey } from '../derive/phase-keys.ts'
import { clear, unknown, type Detector, type Outcome, type Verdict } from './detector.ts'
import { blindness, polledEvidence, used, volts } from './wording.ts'

/** One phase nearly without voltage while another is there. Editable assumptions: shares of the nominal voltage. */
const lostBelow = 0.1
const presentAbove = 0.5

export type PhaseLossState = Readonly<Record<string, readonly Phase[]>>

/** Voltage missing on some but not all phases of a meter. Back when it is above the share by the site's hysteresis. */
export const phaseLoss: Detector<PhaseLossState> = {
  id: 'phase-loss',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const { nominalVoltage } = setup.site.grid
    const lostV = lostBelow * nominalVoltage
    const backV = (lostBelow + setup.site.alarms.hysteresis) * nominalVoltage
    const next: Record<string, readonly Phase[]> = {}
    const outcomes: Outcome[] = []
    for (const { id, name = id } of setup.site.meters) {
      const samples = image.meters[id]?.samples ?? {}
      const measured = phases.filter((phase) => (samples[voltageKey[phase]]?.quality ?? 'absent') !== 'absent')
      const before = all[id] ?? []
      let lost = before
      let verdict: Verdict
      const values = new Map(measured.map((phase) => [phase, samples[voltageKey[phase]]?.value ?? null]))
      const missing = measured.find((phase) => values.get(phase) === null)
      const present = measured.filter((phase) => (values.get(phase) ?? 0) >= presentAbove * nominalVoltage)
      if (measured.length < 2) verdict = unknown(`meter ${name} reports fewer than two line-to-neutral voltages`)
      else if (missing !== undefined)
        verdict = unknown(
          `${voltageKey[missing]} of meter ${name} is missing (${samples[voltageKey[missing]]?.quality})`,
        )
      else if (present.length === 0)
        verdict = unknown(`meter ${name} sees no voltage on any phase: not a phase loss but a supply without voltage`)
      else {
        lost = measured.filter((phase) => (values.get(phase) ?? 0) < (before.includes(phase) ? backV : lostV))
        verdict =
          lost.length === 0
            ? clear
            : {
                kind: 'active',
                facts: {
                  phase: lost.join(' '),
                  severity: 'critical',
                  title: `Phase ${lost.join(', ')} lost at ${name}`,
                  message:
                    `${lost.map((phase) => `${phase} reads ${volts(values.get(phase) ?? 0)}`).join(', ')} while ` +
                    `${present.map((phase) => `${phase} reads ${volts(values.get(phase) ?? 0)}`).join(', ')}. ` +
                    'Look for a blown fuse, an open pole or a loose terminal upstream of this meter, or at its voltage input. ' +
                    'Three-phase loads can feed a voltage back, so a lost phase does not always read zero.',
                  numbers: [
                    ...measured.map((phase) => used(`voltage ${phase}`, values.get(phase) ?? 0, 'V')),
                    used('lost below', lostV, 'V'),
                    used('back above', backV, 'V'),
                  ],
                  evidence: polledEvidence(setup, id, voltageKey.L1),
                  blindMs: blindness(setup, id, voltageKey.L1).blindMs,
                  identity: lost.join(),
                },
              }
      }
      next[id] = lost
      outcomes.push({ subject: { kind: 'meter', id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
