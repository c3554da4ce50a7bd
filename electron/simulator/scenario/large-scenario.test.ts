import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { profilesFolder } from '../test-support/paths.ts'
import { largeScenario } from './large-scenario.ts'
import { loadScenario } from './load-scenario.ts'

describe('a generated site', () => {
  it.each([
    [1, 3],
    [40, 25],
    [200, 25],
  ])('of %d chargers and %d circuits passes every check of a site', (chargers, circuits) => {
    const folder = mkdtempSync(join(tmpdir(), 'tripscope-large-'))
    try {
      const file = join(folder, 'scenario.yaml')
      writeFileSync(file, JSON.stringify(largeScenario({ chargers, circuits })))
      const outcome = loadScenario(file, profilesFolder)
      expect(outcome.ok ? [] : outcome.problems).toEqual([])
      if (!outcome.ok) return
      expect(outcome.loaded.scenario.site.chargers).toHaveLength(chargers)
      expect(outcome.loaded.scenario.site.circuits).toHaveLength(circuits)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
