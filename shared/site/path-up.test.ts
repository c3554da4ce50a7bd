import { describe, expect, it } from 'vitest'
import { aboveChargers, pathUp } from './path-up.ts'
import { siteSchema } from './site.ts'

const site = (circuits: readonly { readonly id: string; readonly parent?: string }[]) =>
  siteSchema.parse({
    version: 1,
    id: 'park',
    name: 'Park',
    grid: { limit: 63 },
    lines: [{ id: 'line', transport: 'tcp', host: '127.0.0.1', port: 502 }],
    meters: [],
    circuits,
    chargers: [{ id: 'cp', profile: 'x', line: 'line', circuit: 'socket', maximum: 16 }],
  })
const ids = (path: readonly { readonly id: string }[]) => path.map(({ id }) => id)

describe('the way up from a circuit', () => {
  const park = site([
    { id: 'main' },
    { id: 'hall', parent: 'main' },
    { id: 'socket', parent: 'hall' },
    { id: 'lift', parent: 'main' },
  ])
  it('begins with itself and ends at the top', () => {
    expect(ids(pathUp(park, 'socket'))).toEqual(['socket', 'hall', 'main'])
  })
  it('is empty where there is no such circuit', () => {
    expect(pathUp(park, 'cellar')).toEqual([])
    expect(pathUp(park, undefined)).toEqual([])
  })
  it('ends where the tree bites its tail', () => {
    const looped = site([
      { id: 'hall', parent: 'socket' },
      { id: 'socket', parent: 'hall' },
    ])
    expect(ids(pathUp(looped, 'socket'))).toEqual(['socket', 'hall'])
  })
  it('tells circuits above chargers from the others', () => {
    expect([...aboveChargers(park)].toSorted()).toEqual(['hall', 'main', 'socket'])
  })
})
