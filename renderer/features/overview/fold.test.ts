import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { abnormalPaths, circuitsOnly, everything, foldKey, toggled, visibleRows } from './fold.ts'
import type { NodeKey, NodeState } from './node-state.ts'
import { filterTree, keepOnly, keysOf, noFilter } from './site-filter.ts'
import { fitsDiagram, siteTree, treeRows } from './site-tree.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 200 },
  lines: [{ id: 'net', transport: 'tcp', host: 'h', port: 502 }],
  meters: [],
  circuits: [
    { id: 'main' },
    { id: 'hall-1', name: 'North hall', parent: 'main' },
    { id: 'row-1', parent: 'hall-1' },
    { id: 'row-2', parent: 'hall-1' },
    { id: 'hall-2', name: 'South hall', parent: 'main' },
  ],
  chargers: [
    { id: 'cp-1', name: 'Bay 1', profile: 'p', line: 'net', circuit: 'row-1', maximum: 32 },
    { id: 'cp-2', name: 'Bay 2', profile: 'p', line: 'net', circuit: 'row-2', maximum: 32 },
    { id: 'cp-3', name: 'Bay 3', profile: 'p', line: 'net', circuit: 'hall-2', maximum: 32 },
  ],
})
const nodes = siteTree(site)
const rows = treeRows(nodes)
const ids = (list: readonly { readonly node: { readonly circuit: { readonly id: string } } }[]) =>
  list.map(({ node }) => node.circuit.id)
const state = (kind: NodeState['kind']): NodeState => ({ kind, word: '', detail: '', reasons: [], isTripped: false })
const states = new Map<NodeKey, NodeState>([
  ['charger cp-2', state('critical')],
  ['charger cp-1', state('active')],
  ['charger cp-3', state('unknown')],
])
const live = { image: { chargers: { 'cp-1': { status: { value: 'charging' } } } } } as unknown as Live
const known = { live, states }
const row = (id: string) => {
  const found = rows.find(({ node }) => node.circuit.id === id)
  if (found === undefined) throw new Error(`no row ${id}`)
  return found
}

describe('the folding tree', () => {
  it('has a row a circuit, parents first, each with what is above it', () => {
    expect(ids(rows)).toEqual(['main', 'hall-1', 'row-1', 'row-2', 'hall-2'])
    expect(row('row-2')).toMatchObject({ depth: 2, above: ['hall-1', 'main'] })
  })
  it('shows the root alone when all is folded, and every circuit when circuits are unfolded', () => {
    expect(ids(visibleRows(rows, new Set()))).toEqual(['main'])
    expect(ids(visibleRows(rows, circuitsOnly(rows)))).toEqual(ids(rows))
  })
  it('unfolds exactly what leads to something abnormal', () => {
    expect([...abnormalPaths(rows, states)].sort()).toEqual(['hall-1', 'main', 'row-2'])
  })
  it('a row is visible exactly when all above it are unfolded, whatever is unfolded', () => {
    fc.assert(
      fc.property(fc.subarray(ids(rows)), (unfolded) => {
        const set = new Set(unfolded)
        const seen = new Set(ids(visibleRows(rows, set)))
        for (const { node, above } of rows) expect(seen.has(node.circuit.id)).toBe(above.every((id) => set.has(id)))
      }),
    )
  })
  it.each([
    ['ArrowDown', 'main', 'hall-1'],
    ['ArrowUp', 'main', 'main'],
    ['End', 'main', 'hall-2'],
    ['Home', 'hall-2', 'main'],
    ['ArrowRight', 'hall-1', 'row-1'],
    ['ArrowLeft', 'row-1', 'hall-1'],
  ])('%s on %s goes to %s', (key, from, to) => {
    const unfolded = circuitsOnly(rows)
    expect(foldKey(key, row(from), visibleRows(rows, unfolded), unfolded)?.focus).toBe(to)
  })
  it('right unfolds, left folds, and other keys are left alone', () => {
    const unfolded = circuitsOnly(rows)
    expect(foldKey('ArrowRight', row('row-1'), rows, unfolded)?.unfolded.has('row-1')).toBe(true)
    expect(foldKey('ArrowLeft', row('hall-1'), rows, unfolded)?.unfolded.has('hall-1')).toBe(false)
    expect(foldKey('x', row('hall-1'), rows, unfolded)).toBeNull()
    expect(toggled(toggled(everything(rows), 'main'), 'main')).toEqual(everything(rows))
  })
})

describe('the filter', () => {
  const found = (filter: Partial<typeof noFilter>) => keysOf(filterTree(nodes, { ...noFilter, ...filter }, known))
  it('keeps a charger by its name with the circuits that lead to it', () => {
    expect(found({ text: 'bay 2' })).toEqual(['circuit main', 'circuit hall-1', 'circuit row-2', 'charger cp-2'])
  })
  it('keeps all below a circuit that is named', () => {
    expect(found({ text: 'SOUTH' })).toEqual(['circuit main', 'circuit hall-2', 'charger cp-3'])
  })
  it('keeps by state', () => {
    expect(found({ kind: 'abnormal' }).at(-1)).toBe('charger cp-2')
    expect(found({ kind: 'charging' }).at(-1)).toBe('charger cp-1')
    expect(found({ kind: 'silent' }).at(-1)).toBe('charger cp-3')
    expect(found({ text: 'no such bay' })).toEqual([])
  })
  it('what it found can be kept as it was', () => {
    const tree = filterTree(nodes, { ...noFilter, text: 'bay 2' }, known)
    expect(keysOf(keepOnly(nodes, new Set(keysOf(tree))))).toEqual(keysOf(tree))
    expect(keepOnly(nodes, new Set(keysOf(nodes)))).toEqual(nodes)
  })
})

describe('the form of the overview', () => {
  const chargers = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...site.chargers[2], id: `x-${index}` })) as typeof site.chargers
  it('is the diagram for a small site only', () => {
    expect(fitsDiagram({ ...site, chargers: chargers(12) })).toBe(true)
    expect(fitsDiagram({ ...site, chargers: chargers(40) })).toBe(false)
    // A charger three circuits below the grid does not fit beside them at 1366 px.
    expect(fitsDiagram(site)).toBe(false)
  })
})
