import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { formatAmperes } from '../../format/number.ts'
import { qualityText } from '../../format/quality.ts'
import type { MarkKind } from '../../ui/mark.tsx'
import { holderAt } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import { chargerKey, isOverMaximum, type NodeKey, type NodeState } from './node-state.ts'

/** A number as text, or a dash with why there is none. */
export interface CellText {
  readonly text: string
  readonly why: string
}
export const dash = '–'
const noSample = 'The charger does not report it'

/**
 * One charger in words, flat, so that a row is drawn anew only when something that can be read on it has changed.
 * `L1` … are amperes, '·' where the phase is not connected, a dash with `L1why` where it is not known.
 */
export type ChargerFacts = Readonly<Record<Phase | `${Phase}why`, string>> & {
  /** Phases above its maximum, as "L1 L3". */
  readonly over: string
  readonly kind: MarkKind
  readonly word: string
  /** Every reason for its state, a sentence each. */
  readonly detail: string
  readonly limit: string
  readonly limitWhy: string
  /** The decided limit, where it is armed and not yet read back; '' otherwise. */
  readonly target: string
  readonly targetWhy: string
  readonly why: string
  readonly overrideA: string
  readonly overrideEndsMs: number
}

const unknownKind: MarkKind = 'unknown'

const phaseCell = (live: Live, charger: SiteCharger, phase: Phase): CellText => {
  if (!charger.phases.includes(phase)) return { text: '·', why: `${phase} is not connected` }
  const sample = own(live.image.chargers, charger.id)?.siteCurrentA[phase]
  if (sample?.value == null)
    return { text: dash, why: sample === undefined ? noSample : qualityText(sample.quality).long }
  return { text: formatAmperes(sample.value), why: '' }
}

const limitCell = (live: Live, charger: SiteCharger): CellText => {
  const sample = own(live.image.chargers, charger.id)?.samples['limit']
  if (sample?.value == null)
    return { text: dash, why: sample === undefined ? noSample : qualityText(sample.quality).long }
  return { text: `${formatAmperes(sample.value)} A`, why: '' }
}

/** From here on a limit that was read back is not the decided one: half the step a limit is shown in, A. */
const sameLimitA = 0.05

const whyText = (live: Live, charger: SiteCharger, description: ChargerDescription | undefined): string => {
  const { control } = live
  const decided = own(control.decision?.chargers, charger.id)
  const write = own(control.writes, charger.id)
  const monitoredOnly = description?.monitoredOnly ?? null
  const armed = control.mode === 'armed'
  const parts = [
    monitoredOnly === null ? '' : 'monitored only',
    armed && (write?.state === 'pending' || write?.state === 'written') ? write.state : '',
    write?.state === 'failed' ? `write failed: ${write.why ?? 'no reason given'}` : '',
    decided === undefined
      ? 'no decision yet'
      : monitoredOnly !== null
        ? `${formatAmperes(decided.targetA)} A set aside: ${monitoredOnly}`
        : armed
          ? decided.why
          : `would be ${decided.why.charAt(0).toLowerCase()}${decided.why.slice(1)}`,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

export const chargerFacts = (
  live: Live,
  charger: SiteCharger,
  description: ChargerDescription | undefined,
  states: ReadonlyMap<NodeKey, NodeState>,
): ChargerFacts => {
  const state = states.get(chargerKey(charger.id))
  const [l1, l2, l3] = [phaseCell(live, charger, 'L1'), phaseCell(live, charger, 'L2'), phaseCell(live, charger, 'L3')]
  const limit = limitCell(live, charger)
  const targetA = own(live.control.decision?.chargers, charger.id)?.targetA
  const readBackA = own(live.image.chargers, charger.id)?.samples['limit']?.value ?? null
  const differs =
    live.control.mode === 'armed' &&
    targetA !== undefined &&
    (readBackA === null || Math.abs(readBackA - targetA) >= sameLimitA)
  const write = own(live.control.writes, charger.id)
  const override = holderAt(live.control.overrides, charger.id)
  return {
    kind: state?.kind ?? unknownKind,
    word: state?.word ?? 'not known',
    detail: [state?.detail ?? '', ...(state?.reasons.slice(1).map(({ detail }) => detail) ?? [])].join('. '),
    over: phases
      .filter((phase) =>
        isOverMaximum(charger, own(live.image.chargers, charger.id)?.siteCurrentA[phase].value ?? null),
      )
      .join(' '),
    L1: l1.text,
    L2: l2.text,
    L3: l3.text,
    L1why: l1.why,
    L2why: l2.why,
    L3why: l3.why,
    limit: limit.text,
    limitWhy: limit.why,
    target: differs ? `${formatAmperes(targetA)} A` : '',
    targetWhy: !differs ? '' : write === undefined ? 'decided, not yet sent' : `write ${write.state}`,
    why: whyText(live, charger, description),
    overrideA: override === undefined ? '' : formatAmperes(override.effectiveA ?? override.limitA),
    overrideEndsMs: override?.expiresAtMs ?? 0,
  }
}
