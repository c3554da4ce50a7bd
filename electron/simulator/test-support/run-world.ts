import { createWorld, stepS, type World } from '../physics/world.ts'
import { loadScenario, type LoadedScenario } from '../scenario/load-scenario.ts'
import { profilesFolder, scenarioFile } from './paths.ts'

export const loaded = (name: 'depot' | 'small' | 'sunspec'): LoadedScenario => {
  const outcome = loadScenario(scenarioFile(name), profilesFolder)
  if (!outcome.ok) throw new Error(outcome.problems.join('\n'))
  return outcome.loaded
}
export const worldOf = (name: 'depot' | 'small' | 'sunspec', seed = 1): World => createWorld(loaded(name), seed)

/** Lets `seconds` of the world's time pass. */
export const pass = (world: World, seconds: number, each?: () => void) => {
  for (let step = 0; step < Math.round(seconds / stepS); step += 1) {
    world.step()
    each?.()
  }
}
