import type { TruthKind } from '../../../shared/api/quality-contract.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { own } from '../../../shared/own.ts'

/** Kinds that samples or a meter's own log, counters or states tell; what the program or a person did is no measurement. */
const byKind: Readonly<Record<string, TruthKind>> = {
  'wave-dip': 'sampled',
  'wave-swell': 'sampled',
  'wave-interruption': 'sampled',
  'wave-rapid-change': 'sampled',
  'wave-inrush': 'sampled',
  'wave-captured': 'sampled',
  'meter-event': 'meter event',
  'meter-extreme': 'meter event',
  'meter-extreme-reset': 'meter event',
  'meter-status': 'meter event',
}
/** Of findings, by who found them. */
const byDetector: Readonly<Record<string, TruthKind>> = {
  'sampled-voltage': 'sampled',
  'meter-alarm': 'meter event',
  'meter-clock': 'meter event',
  ...Object.fromEntries(
    [
      'undervoltage',
      'overvoltage',
      'overcurrent',
      'thermal-margin',
      'neutral-current',
      'current-imbalance',
      'phase-loss',
      'undeclared-phase',
      'power-spike',
      'breaker-open',
      'charger-phase-loss',
      'wiring',
      'not-believed',
    ].map((detector) => [detector, 'polled RMS' as const]),
  ),
}

/** How what an event tells is known; null: nothing was measured for it. */
export const truthOf = ({ kind, data }: Pick<SiteEvent, 'kind' | 'data'>): TruthKind | null => {
  const direct = own(byKind, kind)
  if (direct !== undefined) return direct
  const detector = data?.['detector']
  return /^(finding|alarm)-/.test(kind) && typeof detector === 'string' ? (own(byDetector, detector) ?? null) : null
}
