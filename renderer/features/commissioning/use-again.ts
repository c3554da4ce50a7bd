import { useClock } from '../../state/clock.ts'

/** A number that grows every `everyMs`: what is asked again by it. */
export const useAgain = (everyMs: number): number => useClock(({ localMs }) => Math.floor(localMs / everyMs))
