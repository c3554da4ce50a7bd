import type { Finding } from '../../../shared/model/finding.ts'
import type { Controller } from '../control/controller.ts'
import type { Detectors } from '../detectors/detectors.ts'
import type { SiteIntent, SiteIntents } from './site-input.ts'

export interface Carrying {
  readonly controller: Controller
  /** Refused while a part of the program fails. */
  readonly arm: Controller['arm']
  readonly detectors: Detectors
  /** What is shown until the next image: the finding as it is now, null: not on the list any more. */
  readonly show: (findingId: string, finding: Finding | null) => void
  /** By the calendar. */
  readonly nowMs: () => number
}

const acknowledge = (
  { detectors, show, nowMs }: Carrying,
  { findingId, who, note }: SiteIntents['finding.acknowledge']['input'],
): Finding | null => {
  const finding = detectors.acknowledge(findingId, who, note, nowMs())
  if (finding === null) return null
  show(findingId, finding.state === 'cleared' ? null : finding)
  return finding
}

const shelve = (
  { detectors, show, nowMs }: Carrying,
  { findingId, forS, who, reason }: SiteIntents['alarms.shelve']['input'],
): Finding | null => {
  const atMs = nowMs()
  const shelved = forS === 0 ? null : { who, atMs, untilMs: atMs + forS * 1000, reason }
  const finding = detectors.shelve(findingId, shelved)
  if (finding !== null) show(findingId, finding)
  return finding
}

/** Does what a person, or the program, wants; answers with what it comes to. */
export const carryOut = (carrying: Carrying, intent: SiteIntent): Promise<unknown> => {
  const { controller, detectors } = carrying
  switch (intent.method) {
    case 'control.arm':
      return carrying.arm(intent.input)
    case 'control.disarm':
      return controller.disarm(intent.input)
    case 'control.writeFallback':
      return controller.writeFallback(intent.input)
    case 'override.set':
      return controller.setOverride(intent.input)
    case 'override.renew':
      return controller.renewOverrides(intent.input)
    case 'override.cancel':
      return controller.cancelOverride(intent.input)
    case 'control.trial':
      return controller.trial(intent.input)
    case 'control.want':
      return Promise.resolve(controller.want(intent.input))
    case 'finding.acknowledge':
      return Promise.resolve(acknowledge(carrying, intent.input))
    case 'alarms.shelve':
      return Promise.resolve(shelve(carrying, intent.input))
    case 'alarms.setRules':
      detectors.setRules(intent.input.rules)
      return Promise.resolve()
    case 'trip.report':
      return Promise.resolve()
    case 'shutdown':
      return controller.shutdown(intent.input.reason)
  }
}
