import { onTestFinished } from 'vitest'
import { startSimulator, type RunningSimulation } from '../start-simulator.ts'
import { profilesFolder, scenarioFile } from './paths.ts'

/** A simulator in this process, closed with the test. */
export const openSimulator = async (name: 'depot' | 'small' | 'sunspec', seed = 1): Promise<RunningSimulation> => {
  const outcome = await startSimulator({
    scenario: scenarioFile(name),
    profiles: profilesFolder,
    seed,
    folder: null,
    speed: 1,
  })
  if (!outcome.ok) throw new Error(outcome.problems.join('\n'))
  onTestFinished(() => outcome.simulation.stop())
  return outcome.simulation
}
