/** What a charger does beside the standard, by kind; a person is told of each kind once per charger, with what came of it. */
export const oddityKinds = [
  'not-json',
  'unknown-action',
  'wrong-shape',
  'unknown-unit',
  'no-number',
  'neutral-for-phase',
  'current-without-phase',
  'negative-current',
  'no-current',
  'current-beyond',
  'suffixed-measurand',
  'no-zone',
  'clock-off',
  'clock-jump',
  'loaded-voltage-low',
  'energy-scale',
  'over-long',
  'unknown-status',
  'unknown-transaction',
  'repeated-start',
  'undeclared-connector',
  'late-message',
  'vendor-data',
  'stray-answer',
  'not-handled',
  'no-subprotocol',
  'other-version',
  'duplicate-identity',
] as const
export type OddityKind = (typeof oddityKinds)[number]

export interface Oddity {
  readonly kind: OddityKind
  /** A sentence without its subject: "sends meterValue as an object where a list is meant; taken as a list of one". */
  readonly text: string
}
