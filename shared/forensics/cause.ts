/**
 * Why a breaker, or what looked like one, may have opened. One entry a cause, in the order they are told where nothing speaks for any:
 * `not-explained` is one of them, so that "the currents seen do not explain it" is an answer and not a failure to find one.
 */
export const causeIds = [
  'thermal-overload',
  'warm-board',
  'magnetic-inrush',
  'neutral-overload',
  'rcd-leakage',
  'dc-or-charger-fault',
  'voltage-window',
  'load-management-lag',
  'car-ignores-limit',
  'loose-terminal',
  'wrong-phase-map',
  'supply-event',
  'undersized-breaker',
  'telemetry-only',
  'not-explained',
] as const
export type CauseId = (typeof causeIds)[number]

export interface CauseWords {
  readonly name: string
  /** As the end of "Most likely": one sentence for the headline. */
  readonly verdict: string
  /** What a person does next on site, most telling first. */
  readonly checkNext: readonly string[]
}

export const causes: Readonly<Record<CauseId, CauseWords>> = {
  'thermal-overload': {
    name: 'Thermal overload',
    verdict: 'the breaker tripped on heat: it carried more than its rating for longer than its curve allows',
    checkNext: [
      'Compare the load of the last half hour with the rating on the breaker itself, not with the drawing',
      'Lower the limit of this circuit or the chargers on it before closing again',
    ],
  },
  'warm-board': {
    name: 'Warm or grouped board',
    verdict:
      'the breaker tripped on heat although no current was above its rating: a warm or full board takes part of it',
    checkNext: [
      'Measure the temperature beside the breaker at full load, and count the loaded breakers that touch it',
      'Give it air, a spacer or a larger rating; enter ambient and neighbours in the site file',
    ],
  },
  'magnetic-inrush': {
    name: 'Inrush (magnetic trip)',
    verdict: 'the magnetic part opened on an inrush that polled values cannot show',
    checkNext: [
      'Start the same chargers one after the other and see whether it holds',
      'Capture the start with a sampling front end or a meter that keeps its highest half-cycle current',
      'Compare the curve letter (B, C, D) with what starts together on this circuit',
    ],
  },
  'neutral-overload': {
    name: 'Neutral overload',
    verdict: 'the neutral carried more than the phases: harmonics of order three add up in it',
    checkNext: [
      'Clamp the neutral with a true-RMS meter at full load',
      'See whether the breaker protects the neutral pole, and with which setting',
    ],
  },
  'rcd-leakage': {
    name: 'Residual current (RCD)',
    verdict: 'the residual-current part opened: leakage of several points added up, independent of the load',
    checkNext: [
      'Look which device dropped: its test button or flag tells an RCD from an overload',
      'Measure the standing leakage with a leakage clamp, charger by charger; 9 mA is the design limit behind 30 mA',
      'Ask for the weather: a wet plug or cable does it too',
    ],
  },
  'dc-or-charger-fault': {
    name: 'Charger fault or 6 mA DC',
    verdict: 'one charger stopped by itself with a fault while its feeder stayed on',
    checkNext: [
      'Read the code on the charger’s display or page, and look it up in its manual',
      'Try the same car at another charger, and another car at this one',
    ],
  },
  'voltage-window': {
    name: 'Voltage window or PEN device',
    verdict: 'the voltage left the window of the protective device, which stopped charging until it was back',
    checkNext: [
      'Read the PEN device’s own memory, and the voltage at the board under load',
      'Ask the grid operator for the tap and the neutral of this supply',
    ],
  },
  'load-management-lag': {
    name: 'Load management too slow',
    verdict: 'the load rose above the limit faster than the load management lowered it',
    checkNext: [
      'Leave more room below the limit, or let cars start one after the other',
      'Look at the times of the limits in the list below: who was late, meter, controller or car',
    ],
  },
  'car-ignores-limit': {
    name: 'Car or charger ignores its limit',
    verdict: 'a charger drew more than the limit it had confirmed',
    checkNext: [
      'Repeat with the same car: 6 A, then 10 A, and read its current',
      'Update or replace the charger; until then count it at its full current',
    ],
  },
  'loose-terminal': {
    name: 'Loose terminal',
    verdict: 'one conductor has a far higher resistance than the others: a terminal that heats the breaker beside it',
    checkNext: [
      'Switch off, then check the torque of this pole’s terminals in and out, and look for discolouring',
      'Look at the board with a thermal camera under load',
    ],
  },
  'wrong-phase-map': {
    name: 'Wrong phase map',
    verdict: 'the load was on another phase than the load management counted it on',
    checkNext: [
      'Step each charger 6-16-6 A and see which phase moves (Commissioning does it)',
      'Correct the order of phases of the charger in the site file',
    ],
  },
  'supply-event': {
    name: 'Supply event',
    verdict: 'the supply itself went: voltage and current were lost together',
    checkNext: [
      'Ask the grid operator for an interruption at this time',
      'See whether the device above the uppermost meter is open: from here it looks the same',
    ],
  },
  'undersized-breaker': {
    name: 'Undersized or wrongly set breaker',
    verdict: 'the breaker is smaller, or set lower, than what the circuit is allowed to draw',
    checkNext: [
      'Read rating and settings off the breaker itself and compare them with the site file',
      'A charger wants a breaker above its own current, 20 A for 16 A and 40 A for 32 A',
    ],
  },
  'telemetry-only': {
    name: 'Telemetry only',
    verdict: 'nothing shows that anything tripped: the readings stopped, not the current',
    checkNext: [
      'Look at the line of the meter in Line doctor, and at its power supply',
      'Look at the breaker: without readings nobody can tell its position from here',
    ],
  },
  'not-explained': {
    name: 'Not explained by current',
    verdict: 'the currents that were seen do not explain it',
    checkNext: [
      'Look which device dropped, and whether somebody switched it off',
      'Faster measuring (a sampling front end, half-cycle maximum registers) would tell an inrush from a residual current',
    ],
  },
}
