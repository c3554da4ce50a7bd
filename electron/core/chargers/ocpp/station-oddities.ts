import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import type { TellNotice } from '../../field/field-source.ts'

/** Which oddities a person should look at; the others are only good to know. */
const warnings: ReadonlySet<Oddity['kind']> = new Set([
  'not-json',
  'neutral-for-phase',
  'current-without-phase',
  'clock-off',
  'clock-jump',
  'loaded-voltage-low',
  'energy-scale',
  'current-beyond',
  'no-current',
  'negative-current',
  'undeclared-connector',
  'not-handled',
  'duplicate-identity',
  'other-version',
])

/** What a station does beside the standard: the newest of each kind, told now and then. */
export const createStationOddities = (
  identity: string,
  subject: { readonly kind: 'charger'; readonly id: string } | undefined,
  notice: TellNotice,
  mayTell: (key: string) => boolean,
) => {
  const oddities = new Map<Oddity['kind'], string>()
  return {
    list: (): readonly string[] => [...oddities.values()],
    note: ({ kind, text }: Oddity): void => {
      oddities.set(kind, text)
      if (!mayTell(`${identity} ${kind}`) || subject === undefined) return
      notice('charger-oddity', warnings.has(kind) ? 'warning' : 'info', subject, { oddity: kind, text })
    },
  }
}
