import type { PhaseCount, PhaseSwitchState, SwitchCause } from '../model/phase-switch.ts'
import type { Phase } from '../model/phase.ts'

export const phasesWord = (count: PhaseCount): string => (count === 1 ? 'one phase' : 'three phases')

const onto = (count: PhaseCount, phases: readonly Phase[]): string => `${phasesWord(count)} (${phases.join(', ')})`
const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`

export const causeText = (cause: SwitchCause): string =>
  cause === 'no-room-for-three'
    ? 'there is too little for the minimum on three phases and enough on one'
    : 'there is enough for three phases again'

const wear = ({ switches, perHour }: PhaseSwitchState): string =>
  `${switches} of at most ${perHour} switches in the last hour`

const stands = ({ on, phases }: PhaseSwitchState): string =>
  on === null ? 'does not say on how many phases it is: it counts on all of them' : `charges on ${onto(on, phases)}`

/** Where a charger stands between one phase and three, as one sentence without its name. */
export const phaseSwitchText = (state: PhaseSwitchState): string => {
  const { stage, to, cause, phases, lastedMs, boundMs, failed } = state
  const why = cause === null ? '' : `, because ${causeText(cause)}`
  const target = to === null ? 'the other number of phases' : onto(to, phases)
  switch (stage) {
    case 'steady':
      return failed === null
        ? `${stands(state)}; ${wear(state)}`
        : `${stands(state)}; the last switch failed: ${failed}`
    case 'waiting':
      return `goes to ${target} when this has lasted ${seconds(boundMs)}, ${seconds(lastedMs)} so far${why}; ${wear(state)}`
    case 'spent':
      return `would go to ${target}${why}, but has had ${wear(state)}: contactors wear`
    case 'pausing':
      return `is paused to go to ${target}${why}: no contactor moves under load`
    case 'switching':
      return `was told to go to ${target}, ${seconds(lastedMs)} ago: it stays paused, and counts on all its phases, until it says so (${seconds(boundMs)} at most)`
    case 'given-up':
      return `is left as it is until control is armed anew: ${failed ?? 'it could not be switched'}`
  }
}
