import type { ChargerReading, ChargerStatus } from '../../shared/model/image.ts'
import { qualityText } from '../format/quality.ts'
import type { MarkKind } from './mark.tsx'

const texts: Record<ChargerStatus, { readonly kind: MarkKind; readonly word: string }> = {
  available: { kind: 'normal', word: 'free' },
  connected: { kind: 'normal', word: 'car connected' },
  ready: { kind: 'normal', word: 'ready' },
  charging: { kind: 'active', word: 'charging' },
  suspended: { kind: 'normal', word: 'suspended' },
  fault: { kind: 'critical', word: 'fault' },
  unavailable: { kind: 'warning', word: 'out of service' },
}

/** The charger's own status in words; where it is not known, why not. */
export const chargerStatusText = (
  reading: ChargerReading | undefined,
): { readonly kind: MarkKind; readonly word: string; readonly detail: string } => {
  if (reading === undefined) return { kind: 'unknown', word: 'not known', detail: 'Nothing was read from it yet.' }
  const { value, code, quality } = reading.status
  if (value === null) return { kind: 'unknown', word: qualityText(quality).short, detail: qualityText(quality).long }
  return { ...texts[value], detail: code === null ? texts[value].word : `${texts[value].word}, its own code: ${code}` }
}
