import { memo, useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { useLive } from '../../state/live.ts'
import { FoldToolbar } from '../../ui/fold-toolbar.tsx'
import { PhaseLabel } from '../../ui/mark.tsx'
import { phases } from '../../../shared/model/phase.ts'
import { ChargerTile } from './charger-tile.tsx'
import { DenseCircuit } from './dense-circuit.tsx'
import { abnormalPaths, circuitsOnly, everything, foldKey, toggled, visibleRows, type Unfolded } from './fold.ts'
import { GridStrip } from './grid-strip.tsx'
import { filterKinds, isFiltering, noFilter } from './site-filter.ts'
import { siteTree, treeRows, type CircuitRow } from './site-tree.ts'
import { useFilter } from './use-filter.ts'
import { statesOf } from './use-site-states.ts'
import './dense.css'
import { own } from '../../../shared/own.ts'

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }

/** Arrow keys go from tile to tile of a circuit; Home and End to its first and last. */
const moveBetweenTiles = (event: KeyboardEvent<HTMLElement>) => {
  const tiles = [...event.currentTarget.querySelectorAll<HTMLElement>('.tile')]
  const at = tiles.findIndex((tile) => tile === document.activeElement)
  const to = event.key === 'Home' ? 0 : event.key === 'End' ? tiles.length - 1 : at + (own(steps, event.key) ?? 0)
  if (at < 0 || to === at) return
  event.preventDefault()
  tiles[to]?.focus()
}

const Heads = () => (
  <div className="dense-line dense-heads" aria-hidden="true">
    <span>Circuit</span>
    <span>State</span>
    {phases.map((phase) => (
      <span key={phase} className="dense-head-phase">
        <PhaseLabel phase={phase} /> A
      </span>
    ))}
    <span className="num">Limit A</span>
    <span className="num">Left A</span>
    <span className="num" title="Thermal margin used: share of the breaker's early thermal curve">
      Thermal %
    </span>
    <span>Below</span>
    <span className="dense-breaker">Breaker</span>
    <span className="dense-source">Source</span>
  </div>
)

/** The site as a folding tree of circuits, with a cell per charger and phase: for sites too large to be drawn. */
export const DenseView = memo(function DenseView({
  overview,
  nearestId,
  chosen,
  choose,
}: {
  readonly overview: Overview
  readonly nearestId: string | null
  readonly chosen: string | null
  readonly choose: (id: string) => void
}) {
  const { site } = overview
  const nodes = useMemo(() => siteTree(site), [site])
  const { filter, change, more, shown } = useFilter(overview, nodes)
  const rows = useMemo(() => treeRows(shown), [shown])
  const statesNow = () => statesOf(site, useLive.getState().live)
  const abnormal = () => abnormalPaths(rows, statesNow())
  // Unfolded once, when the view opens: what becomes abnormal later is marked where it is, so that nothing moves under the mouse.
  const [unfolded, setUnfolded] = useState<Unfolded>(() => new Set([...circuitsOnly(rows), ...abnormal()]))
  // What was unfolded before a filter was set, for when it is cleared.
  const [kept, setKept] = useState<Unfolded | null>(null)
  const [current, setCurrent] = useState<string | null>(null)
  const visible = useMemo(() => visibleRows(rows, unfolded), [rows, unfolded])
  const body = useRef<HTMLDivElement>(null)
  const toggle = useCallback((id: string) => {
    setCurrent(id)
    setUnfolded((now) => toggled(now, id))
  }, [])
  const onKey = useCallback(
    (row: CircuitRow, event: KeyboardEvent) => {
      const next = foldKey(event.key, row, visible, unfolded)
      if (next === null) return
      event.preventDefault()
      setUnfolded(next.unfolded)
      setCurrent(next.focus)
      body.current?.querySelector<HTMLElement>(`[data-fold="${CSS.escape(next.focus)}"]`)?.focus()
    },
    [visible, unfolded],
  )
  const inTabOrder = visible.some(({ node }) => node.circuit.id === current) ? current : visible[0]?.node.circuit.id
  return (
    <section className="dense" aria-label="Circuits and chargers">
      <div className="dense-top">
        <FoldToolbar
          filter={filter}
          nothing={noFilter}
          kinds={filterKinds}
          more={more}
          change={(next) => {
            const tree = treeRows(change(next))
            if (!isFiltering(filter)) setKept(unfolded)
            setUnfolded(isFiltering(next) ? everything(tree) : (kept ?? unfolded))
          }}
          unfold={(what) =>
            setUnfolded(
              what === 'everything'
                ? everything(rows)
                : what === 'circuits'
                  ? circuitsOnly(rows)
                  : new Set([...circuitsOnly(rows), ...abnormal()]),
            )
          }
        />
        <GridStrip site={site} />
        <Heads />
      </div>
      <div className="dense-body" ref={body}>
        {visible.length === 0 ? <p className="dim">Nothing passes the filter.</p> : null}
        {visible.map((row) => {
          const { id, name = id } = row.node.circuit
          const isOpen = unfolded.has(id)
          return (
            <div key={id} role="group" aria-label={`Circuit ${name}`}>
              <DenseCircuit
                row={row}
                isUnfolded={isOpen}
                isNearest={id === nearestId}
                inTabOrder={id === inTabOrder}
                toggle={toggle}
                onKey={onKey}
              />
              {!isOpen || row.node.chargers.length === 0 ? null : (
                <div
                  className={`tiles depth-${Math.min(row.depth, 4)}`}
                  role="group"
                  aria-label={`Chargers of ${name}`}
                  onKeyDown={moveBetweenTiles}
                >
                  {row.node.chargers.map((charger, index) => (
                    <ChargerTile
                      key={charger.id}
                      charger={charger}
                      isChosen={charger.id === chosen}
                      inTabOrder={index === 0}
                      choose={choose}
                    />
                  ))}
                </div>
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
})
