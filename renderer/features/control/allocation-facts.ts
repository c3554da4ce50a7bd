import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { Write } from '../../../shared/model/decision.ts'
import { formatAmperes } from '../../format/number.ts'
import { qualityText } from '../../format/quality.ts'
import { circuitName } from '../../state/site-facts.ts'
import { chargerStatusText } from '../../ui/charger-status.ts'
import type { PhaseSwitchState } from '../../../shared/model/phase-switch.ts'
import { phaseSwitchText } from '../../../shared/said/phase-switch.ts'
import { own } from '../../../shared/own.ts'
import { countedPhasesText } from '../../../shared/said/counted-phases.ts'
import type { MarkKind } from '../../ui/mark.tsx'

const writeTexts: Record<Write['state'], { readonly kind: MarkKind; readonly word: string }> = {
  pending: { kind: 'info', word: 'pending' },
  written: { kind: 'info', word: 'written' },
  verified: { kind: 'normal', word: 'verified' },
  failed: { kind: 'critical', word: 'failed' },
  superseded: { kind: 'unknown', word: 'superseded' },
}

const boundWords: Record<Bound['kind'], string> = {
  'circuit-limit': 'circuit limit',
  'grid-power': 'power at the grid',
  'charger-maximum': 'charger maximum',
  'charger-minimum': 'charger minimum',
  override: 'override',
  fallback: 'fallback',
  ramp: 'ramp',
  'resume-delay': 'resume delay',
  'no-demand': 'no demand',
  step: 'step',
  'apparent-power': 'apparent power',
  'site-demand': 'maximum demand',
  'demand-interval': 'demand interval',
  dimming: 'dimming by the grid operator',
  'phase-imbalance': 'phase imbalance',
  thermal: 'thermal limit',
  'load-ahead': 'load about to start',
  rotation: 'rotation',
  plan: 'price plan',
  surplus: 'solar surplus',
  'phase-switch': 'switching phases',
}
export const boundText = (overview: Overview | null, bound: Bound | undefined): string =>
  bound === undefined
    ? 'nothing'
    : [bound.circuitId === null ? boundWords[bound.kind] : circuitName(overview, bound.circuitId), bound.phase]
        .filter((part) => part !== null)
        .join(', ')

/** One row of the allocation in words, flat, so that it is drawn anew only when something that can be read on it has changed. */
export interface AllocationFacts {
  readonly statusKind: MarkKind
  readonly statusWord: string
  readonly statusDetail: string
  /** Amperes, "paused", or a dash with `targetWhy`. */
  readonly target: string
  readonly targetWhy: string
  readonly readBack: string
  readonly readBackWhy: string
  readonly writeKind: MarkKind
  readonly writeWord: string
  readonly writeA: string
  readonly writeWhy: string
  /** "L1 L2 L3" */
  readonly phases: string
  /** Why it is counted where one would not look for it; empty where it is not. */
  readonly phasesWhy: string
  /** Where it stands between one phase and three; '' where it may not be switched. */
  readonly switchWhy: string
  /** It is on its way, or will be: the phases it goes to ("→ L1"); '' for none. */
  readonly switchTo: string
  /** It is being switched, and the reason says so. */
  readonly isSwitching: boolean
  /** It could not be switched and is left as it is. */
  readonly isSwitchGivenUp: boolean
  readonly boundKind: MarkKind
  readonly bound: string
  readonly why: string
  readonly bounds: string
}

/** Short enough for the cell: which stage it is in is said by the reason beside it. */
const switchTarget = (state: PhaseSwitchState | undefined): string =>
  state !== undefined && ['waiting', 'pausing', 'switching'].includes(state.stage) ? `→ ${state.phases.join(' ')}` : ''

const dash = '–'

export const allocationFacts = (
  overview: Overview,
  { control, image }: Live,
  charger: Overview['chargers'][number],
): AllocationFacts => {
  const reading = own(image.chargers, charger.id)
  const status = chargerStatusText(reading)
  const decided = own(control.decision?.chargers, charger.id)
  const limit = reading?.samples['limit']
  const write = own(control.writes, charger.id)
  const written = write === undefined ? { kind: 'unknown' as const, word: 'none' } : writeTexts[write.state]
  const failed = write?.state === 'failed' ? `Write failed: ${write.why ?? 'no reason given'}. ` : ''
  // While it is switched that is the reason, and need not be said once more as a bound or as where it stands.
  const isSwitching = decided?.boundBy[0]?.kind === 'phase-switch'
  const isSpecial = decided?.state === 'fallback' || decided?.state === 'override'
  return {
    statusKind: status.kind,
    statusWord: status.word,
    statusDetail: status.detail,
    target: decided === undefined ? dash : decided.state === 'paused' ? 'paused' : formatAmperes(decided.targetA),
    targetWhy: decided === undefined ? 'No decision yet' : '',
    readBack: !charger.canReadBack ? 'cannot' : limit?.value == null ? dash : formatAmperes(limit.value),
    readBackWhy: !charger.canReadBack
      ? 'This model cannot be read back'
      : limit?.value == null
        ? limit === undefined
          ? 'It does not report its limit'
          : qualityText(limit.quality).long
        : '',
    writeKind: written.kind,
    writeWord: written.word,
    writeA: write === undefined ? '' : `${formatAmperes(write.limitA)} A`,
    writeWhy: write?.why ?? '',
    phases: (decided?.phases ?? charger.phases).join(' '),
    phasesWhy: (decided?.counted ?? [])
      .map((each) => countedPhasesText(each, (id) => circuitName(overview, id)))
      .join(' '),
    switchWhy: decided?.phaseSwitch === undefined ? '' : `It ${phaseSwitchText(decided.phaseSwitch)}`,
    switchTo: switchTarget(decided?.phaseSwitch),
    isSwitchGivenUp: decided?.phaseSwitch?.stage === 'given-up',
    boundKind: decided?.state === 'fallback' ? 'warning' : decided?.state === 'override' ? 'control' : 'normal',
    bound:
      decided === undefined
        ? dash
        : charger.monitoredOnly !== null
          ? 'set aside'
          : isSpecial
            ? decided.state
            : boundText(overview, decided.boundBy[0]),
    why: `${failed}${decided?.why ?? 'no decision yet'}`,
    isSwitching,
    bounds:
      decided?.boundBy
        .slice(isSwitching ? 1 : 0)
        .map(({ detail }) => detail)
        .join('; ') ?? '',
  }
}
