/** What a site acceptance test is made of. What each kind does is in electron/core/acceptance/steps. */

export const stepKinds = [
  'communication',
  'plausible',
  'meter-wiring',
  'socket-wiring',
  'limit',
  'fallback',
  'breaker',
  'overload',
  'override',
  'alarm',
  'intervals',
] as const
export type StepKind = (typeof stepKinds)[number]

export interface StepKindFacts {
  readonly title: string
  /** What has to be so for a pass, with the numbers of the plan left out: those stand in the step. */
  readonly passes: string
  /** It asks the load control for something, so control must be armed. */
  readonly needsControl: boolean
  /** A person judges it: nothing here can see a nameplate. */
  readonly byPerson: boolean
}

export const stepFacts: Readonly<Record<StepKind, StepKindFacts>> = {
  communication: {
    title: 'Communication',
    passes: 'nearly every request is answered over the time of the plan, and nothing is silent for long',
    needsControl: false,
    byPerson: false,
  },
  plausible: {
    title: 'Values plausible',
    passes: 'every value it should have is there, and voltage, frequency and power factor are what a mains has',
    needsControl: false,
    byPerson: false,
  },
  'meter-wiring': {
    title: 'Wiring of the meter',
    passes: 'no passive check says that it is connected, set or sized wrongly',
    needsControl: false,
    byPerson: false,
  },
  'socket-wiring': {
    title: 'Wiring of the socket',
    passes: 'the test with a car finds every phase where the site file has it',
    needsControl: true,
    byPerson: false,
  },
  limit: {
    title: 'Limit obeyed and read back',
    passes: 'each limit is read back, and the current of the car follows it, within the declared time',
    needsControl: true,
    byPerson: false,
  },
  fallback: {
    title: 'Fallback without heartbeat',
    passes: 'it falls to its declared fallback by itself when nothing feeds its watchdog',
    needsControl: true,
    byPerson: false,
  },
  breaker: {
    title: 'Breaker against its nameplate',
    passes: 'a person has compared the nameplate on a photo with what is declared, and a trip unit reads the same',
    needsControl: false,
    byPerson: true,
  },
  overload: {
    title: 'Overload scenario',
    passes:
      'with the limit lowered for a while, control brings the current below it in the declared time, and never above the real limit',
    needsControl: true,
    byPerson: false,
  },
  override: {
    title: 'Override',
    passes: 'a person’s limit is in force, read back, and the charger returns to its share when it is over',
    needsControl: true,
    byPerson: false,
  },
  alarm: {
    title: 'Alarm raised and acknowledged',
    passes: 'an alarm comes when its threshold is crossed, and a person’s acknowledgement is kept with it',
    needsControl: false,
    byPerson: false,
  },
  intervals: {
    title: 'Sample intervals',
    passes: 'each device is read as often as the site file wants',
    needsControl: false,
    byPerson: false,
  },
}
