import type { Override } from '../../../shared/model/override.ts'
import type { MarkKind } from '../../ui/mark.tsx'

interface StateText {
  readonly kind: MarkKind
  readonly word: string
  readonly meaning: string
}
const texts: Record<Override['state'], StateText> = {
  pending: { kind: 'info', word: 'pending', meaning: 'Accepted; not yet written to the charger.' },
  written: { kind: 'info', word: 'written', meaning: 'Sent to the charger; not yet read back.' },
  verified: { kind: 'control', word: 'verified', meaning: 'Read back from the charger: the limit is in force.' },
  failed: { kind: 'critical', word: 'failed', meaning: 'The charger did not take it.' },
  yielding: {
    kind: 'info',
    word: 'yields',
    meaning: 'It runs, and another override holds there: the lower limit does.',
  },
  reverted: { kind: 'warning', word: 'reverted', meaning: 'A condition did not hold any more: it ended by itself.' },
  expired: { kind: 'normal', word: 'expired', meaning: 'Ended by itself at its time.' },
  cancelled: { kind: 'normal', word: 'cancelled', meaning: 'Ended by a person.' },
  refused: { kind: 'warning', word: 'refused', meaning: 'Not accepted.' },
}
export const overrideStateText = (state: Override['state']): StateText => texts[state]
