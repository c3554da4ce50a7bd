import { describe, expect, it } from 'vitest'
import { runIncident } from './run-incident.ts'
import { scenarios } from './scenarios.ts'

/** A slice of `npm run bench -- causes`: the plant trips by its own physics, and the product's site is told only what is polled. */
describe('causes of trips on incidents of a plant', () => {
  it.each([
    ['voltage-window', 'two-feeders', 501_201],
    ['dc-or-charger-fault', 'one-box', 500_500],
    ['neutral-overload', 'two-feeders', 500_301],
  ] as const)('%s at %s is among the first three', async (cause, shape, seed) => {
    const scenario = scenarios.find((one) => one.cause === cause)
    if (scenario === undefined) throw new Error(`no scenario ${cause}`)
    const { happenedAtS, incident } = await runIncident(scenario, shape, seed)
    expect(happenedAtS).not.toBeNull()
    expect(incident?.ranked.slice(0, 3).map((one) => one.cause)).toContain(cause)
  })
})
