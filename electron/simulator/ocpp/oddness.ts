/** What real chargers do beside the standard, to be switched on as faults; each is named after what it does. */
export const oddnessKinds = {
  'object-meter-value': 'meterValue is an object instead of a list',
  'current-on-n': 'the current of its car is that of N',
  'no-zone': 'times without a zone',
  'clock-ahead': 'its clock is two hours ahead',
  'clock-behind': 'its clock is two hours behind',
  'unknown-unit': 'a unit that is none beside good samples',
  'numeric-id': 'the ids of its messages are numbers',
  'empty-member': 'MeterValues with a member without a value, which is no JSON',
  'cut-answers': 'its answers are cut short',
  'no-answers': 'it answers nothing',
  'unknown-action': 'it sends an action nobody knows',
  'bad-status': 'it reports a status that is none',
  'refuses-default-profile': 'it refuses a TxDefaultProfile',
  'refuses-profiles': 'it refuses every profile',
  'watts-only': 'it takes profiles in W alone',
  'lowest-stack-only': 'it takes stack level 0 alone',
  'relative-only': 'it takes relative schedules alone',
  'ignores-profiles': 'it accepts every profile and applies none',
  'no-trigger': 'it reports nothing on request',
  'no-subprotocol': 'it names no OCPP version when it connects',
} as const
export type Oddness = keyof typeof oddnessKinds
export const oddnessNames = Object.keys(oddnessKinds) as readonly Oddness[]
