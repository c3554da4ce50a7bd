import { phases } from '../../../shared/model/phase.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import { isRoot } from '../../../shared/site/circuit-limit.ts'
import { powerKey } from '../derive/phase-keys.ts'
import { clear, unknown, type Detector, type Setup, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { blindness, kilowatts, nameOf, polledEvidence, seconds, used } from './wording.ts'
import { own } from '../../../shared/own.ts'

/** Ends at this share of the limit. Editable assumption. */
const endShare = 0.95

interface State {
  readonly sinceMs: number
  readonly peakW: number
}
export type PowerSpikeState = State | null

const importW = (samples: MeterReading['samples']): { value: number; atMs: number } | null => {
  const total = samples['p_total']
  if (total?.value != null && total.atMs !== null) return { value: total.value, atMs: total.atMs }
  let value = 0
  let atMs = Infinity
  for (const phase of phases) {
    const sample = samples[powerKey[phase]]
    if (sample?.value == null || sample.atMs === null) return null
    value += sample.value
    atMs = Math.min(atMs, sample.atMs)
  }
  return { value, atMs }
}

/** The agreed power, W: as declared, else what the agreed current gives at nominal voltage on the connection's phases. */
const agreedW = ({ site }: Setup, phaseCount: number): { watts: number; basis: string } =>
  site.grid.maximumPower !== undefined
    ? { watts: site.grid.maximumPower, basis: 'agreed power' }
    : {
        watts: site.grid.limit * site.grid.nominalVoltage * phaseCount,
        basis: `agreed current ${site.grid.limit} A on ${phaseCount} phase${phaseCount === 1 ? '' : 's'} at ${site.grid.nominalVoltage} V`,
      }

/** Imported power at the grid connection above its share of what was agreed. */
export const powerSpike: Detector<PowerSpikeState> = {
  id: 'power-spike',
  start: () => null,
  step: (remembered, { image, repliesOf }, setup) => {
    const before = remembered === null ? null : { ...remembered, sinceMs: notAfter(remembered.sinceMs, image.atMs) }
    const subject = { kind: 'site', id: setup.site.id } as const
    const root = setup.site.circuits.find(isRoot)
    const answer = (state: PowerSpikeState, verdict: Verdict) => ({ state, outcomes: [{ subject, key: '', verdict }] })
    if (root?.meter === undefined) return answer(before, unknown('no meter measures the grid connection'))
    const meterId = root.meter
    const now = importW(own(image.meters, meterId)?.samples ?? {})
    if (now === null)
      return answer(before, unknown(`meter ${nameOf(setup.site.meters, meterId)} gives no active power now`))
    const { watts, basis } = agreedW(setup, root.phases.length)
    const limitW = watts * setup.site.alarms.powerSpike
    // A peak between two cycles counts, if the meter was polled then.
    const highest = Math.max(now.value, ...repliesOf(meterId).map((samples) => importW(samples)?.value ?? -Infinity))
    const above = before === null ? highest > limitW : Math.max(now.value, highest) > limitW * endShare
    if (!above) {
      return answer(
        null,
        before === null
          ? clear
          : {
              kind: 'clear',
              closing: {
                message: `Back below ${kilowatts(limitW * endShare)} after ${seconds(image.atMs - before.sinceMs)}; highest reading ${kilowatts(before.peakW)} (limit ${kilowatts(limitW)}, ${basis}).`,
                numbers: [
                  used('limit', limitW, 'W'),
                  used('highest', before.peakW, 'W'),
                  used('time above', (image.atMs - before.sinceMs) / 1000, 's'),
                ],
              },
            },
      )
    }
    const state = { sinceMs: before?.sinceMs ?? image.atMs, peakW: Math.max(before?.peakW ?? -Infinity, highest) }
    return answer(state, {
      kind: 'active',
      facts: {
        phase: null,
        severity: state.peakW > watts ? 'critical' : 'warning',
        title: 'Power above the site limit',
        message:
          `${kilowatts(now.value)} imported, highest ${kilowatts(state.peakW)}; limit ${kilowatts(limitW)} (${basis}` +
          `${setup.site.alarms.powerSpike === 1 ? '' : ` x ${setup.site.alarms.powerSpike}`}). Lower the chargers or find the load that started; ` +
          'a billed demand is a mean over 15 minutes, so a short excess need not cost.',
        numbers: [
          used('power', now.value, 'W'),
          used('highest', state.peakW, 'W'),
          used('limit', limitW, 'W'),
          used('ends below', limitW * endShare, 'W'),
          used('time above', (image.atMs - state.sinceMs) / 1000, 's'),
        ],
        evidence: polledEvidence(setup, meterId, 'p_total'),
        blindMs: blindness(setup, meterId, 'p_total').blindMs,
        identity: '',
        levels: [{ value: state.peakW, step: limitW / 20 }],
      },
    })
  },
}
