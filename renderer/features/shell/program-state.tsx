import { useIsLive } from '../../state/liveness.ts'

/** What a screen without the program can know of it: nothing. */
export const programUnknown =
  'Whether the program still runs, measures and controls is not known here. If it does not, each charger does what its own fallback says, as far as it has one.'

/** Whether measuring and control go on, as far as this screen knows. */
export const ProgramState = () =>
  useIsLive() ? 'The program is running and sends live data, so measuring and control go on.' : programUnknown
