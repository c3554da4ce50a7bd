import { onTestFinished } from 'vitest'
import { startSimulator, type RunningSimulation } from '../start-simulator.ts'
import { profilesFolder, scenarioFile } from './paths.ts'

type ScenarioName = 'depot' | 'small' | 'sunspec' | 'recorders'

/** A simulator in this process. */
const runSimulator = async (name: ScenarioName, seed = 1): Promise<RunningSimulation> => {
  const outcome = await startSimulator({
    scenario: scenarioFile(name),
    profiles: profilesFolder,
    seed,
    folder: null,
    speed: 1,
  })
  if (!outcome.ok) throw new Error(outcome.problems.join('\n'))
  return outcome.simulation
}

/** A simulator in this process, closed with the test. */
export const openSimulator = async (name: ScenarioName, seed = 1): Promise<RunningSimulation> => {
  const simulation = await runSimulator(name, seed)
  onTestFinished(() => simulation.stop())
  return simulation
}
