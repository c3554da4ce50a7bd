import { useEffect } from 'react'
import { useConnection, type AppClient } from '../../state/connection.ts'
import { useExplorer } from './explorer-store.ts'
import { foldRound, noStats } from './watch-stats.ts'
import type { Where } from './where-text.ts'

let stopReading: (() => void) | null = null
let stopMeasuring: (() => void) | null = null

export const stop = (): void => {
  stopReading?.()
  stopReading = null
  useExplorer.setState({ mode: 'idle' })
}

/** Whether two readings are of the same registers of the same device: then what was named and assigned still holds. */
const isSameDevice = (a: Where | null, b: Where): boolean => a !== null && JSON.stringify([a.target, a.unit]) === JSON.stringify([b.target, b.unit])

/** Reads once or watches; ends a reading before. Its rounds fold into the store. */
export const start = (client: AppClient, where: Where, mode: 'once' | 'watch'): void => {
  stop()
  const before = useExplorer.getState()
  useExplorer.setState({
    asked: where, mode, reading: null, ended: null, stats: noStats, selected: null, ...(isSameDevice(before.asked, where) ? {} : { habits: null, names: {}, assignments: [] }),
  })
  stopReading = client.subscribe('explore.watch', { ...where, periodMs: mode === 'watch' ? where.periodMs : null }, (reading) => {
    useExplorer.setState(({ stats, reading: earlier }) => ({
      reading, ended: null,
      ...(reading.atMs !== null && reading.round > (earlier?.round ?? 0) ? { stats: foldRound(stats, reading.cells, reading.atMs) } : {}),
    }))
    if (reading.step === 'failed' || (mode === 'once' && reading.step === 'done')) stop()
  }, (ended) => useExplorer.setState({ ended, mode: 'idle' }))
}

export const measure = (client: AppClient, where: Where): void => {
  stopMeasuring?.()
  stop()
  useExplorer.setState({ habits: { step: 'measuring', where: '', requests: 0, problem: null, block: null, evenOnly: null, turnaround: null } })
  const { target, unit, functionCode, first } = where
  stopMeasuring = client.subscribe('explore.measure', { target, unit, functionCode, first }, (habits) => {
    useExplorer.setState({ habits })
    if (habits.step !== 'measuring') { stopMeasuring?.(); stopMeasuring = null }
  }, (why) => useExplorer.setState(({ habits }) => ({ habits: habits === null ? null : { ...habits, step: 'failed', problem: why } })))
}

/** Nobody looks any more: no request goes on behind the person's back. */
export const useStopOnLeaving = (): void => {
  const client = useConnection((state) => state.client)
  useEffect(() => () => {
    stop()
    stopMeasuring?.()
    stopMeasuring = null
  }, [client])
}
