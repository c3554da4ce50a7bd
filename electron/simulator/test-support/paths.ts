import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')
export const profilesFolder = join(root, 'assets', 'profiles')
export const scenarioFile = (name: 'depot' | 'small' | 'sunspec' | 'recorders') =>
  join(root, 'assets', 'scenarios', `${name}.yaml`)
export const simulatorMain = join(root, 'electron', 'simulator', 'main.ts')
