import { describe, expect, it } from 'vitest'
import { nothingDecided } from '../control-facts.ts'
import type { DimmingFileFacts } from '../control/outer/dimming.ts'
import { createScene } from './test-support/scene.ts'

const well: DimmingFileFacts = {
  path: 'grid.csv',
  problem: null,
  goesBy: 'entry',
  saidW: 12_000,
  thenW: 4200,
  validityS: 900,
}

describe('the file of the grid operator', () => {
  it('is a finding while it cannot be read or is out of date, and says what control goes by meanwhile', () => {
    const { see } = createScene()
    const told = (file: Partial<DimmingFileFacts> | null) =>
      see({ control: { ...nothingDecided(), dimmingFile: file === null ? null : { ...well, ...file } } })
        .active.filter(({ detector }) => detector === 'dimming-file')
        .map(({ message }) => message)
    expect(told(null)).toEqual([])
    expect(told({})).toEqual([])
    expect(told({ problem: 'permission denied' })).toEqual([
      'grid.csv: it can’t be read: permission denied. What it said last holds until it is 900 s old (dimmed to 12.0 kW); ' +
        'then they are dimmed to 4.2 kW by the rule. Check who writes it, and that this program may read it',
    ])
    expect(told({ goesBy: 'dimmed' })[0]).toContain('the chargers are dimmed to 4.2 kW by the rule')
    expect(told({ goesBy: 'released', thenW: null, problem: 'gone' })[0]).toContain('That is not safe')
    expect(told({})).toEqual([])
  })
})
