import { useEffect } from 'react'
import { useConnection } from '../../state/connection.ts'
import { openStream } from '../../state/stream.ts'
import { refreshed } from './draft-form.ts'
import { useExplorer } from './explorer-store.ts'
import { foldRound, noStats } from './watch-stats.ts'
import { own } from '../../../shared/own.ts'
import type { Where } from './where-text.ts'

let stopReading: (() => void) | null = null
let stopMeasuring: (() => void) | null = null

export const stop = (): void => {
  stopReading?.()
  stopReading = null
  useExplorer.setState({ mode: 'idle' })
}

const deviceKey = ({ target, unit }: Where): string => JSON.stringify([target, unit])

/** What was named and assigned at this device; the notes on the one before are put aside. */
const notesOf = (where: Where): Partial<ReturnType<typeof useExplorer.getState>> => {
  const { asked, names, assignments, otherDevices } = useExplorer.getState()
  if (asked !== null && deviceKey(asked) === deviceKey(where)) return {}
  const kept = own(otherDevices, deviceKey(where)) ?? { names: {}, assignments: [] }
  return {
    ...kept,
    habits: null,
    profileForm: {},
    otherDevices: asked === null ? otherDevices : { ...otherDevices, [deviceKey(asked)]: { names, assignments } },
  }
}

/** Reads once or watches; ends a reading before. Its rounds fold into the store. */
export const start = (where: Where, mode: 'once' | 'watch'): void => {
  stop()
  useExplorer.setState({
    asked: where,
    mode,
    reading: null,
    ended: null,
    stats: noStats,
    selected: null,
    ...notesOf(where),
  })
  stopReading = openStream(
    'explore.watch',
    { ...where, periodMs: mode === 'watch' ? where.periodMs : null },
    {
      frame: (reading) => {
        useExplorer.setState(({ stats, reading: earlier, assignments }) => ({
          reading,
          ended: null,
          assignments:
            reading.atMs === null
              ? assignments
              : refreshed(assignments, reading.cells, where.functionCode, reading.atMs),
          ...(reading.atMs !== null && reading.round > (earlier?.round ?? 0)
            ? { stats: foldRound(stats, reading.cells, reading.atMs) }
            : {}),
        }))
        if (reading.step === 'failed' || (mode === 'once' && reading.step === 'done')) stop()
      },
      ended: (ended) => useExplorer.setState({ ended, mode: 'idle' }),
    },
  )
}

export const measure = (where: Where): void => {
  stopMeasuring?.()
  stop()
  useExplorer.setState({
    habits: { step: 'measuring', where: '', requests: 0, problem: null, block: null, evenOnly: null, turnaround: null },
  })
  const { target, unit, functionCode, first } = where
  stopMeasuring = openStream(
    'explore.measure',
    { target, unit, functionCode, first },
    {
      frame: (habits) => {
        useExplorer.setState({ habits })
        if (habits.step !== 'measuring') {
          stopMeasuring?.()
          stopMeasuring = null
        }
      },
      ended: (why) =>
        useExplorer.setState(({ habits }) => ({
          habits: habits === null ? null : { ...habits, step: 'failed', problem: why },
        })),
    },
  )
}

/** Nobody looks any more: no request goes on behind the person's back. */
export const useStopOnLeaving = (): void => {
  const client = useConnection((state) => state.client)
  useEffect(
    () => () => {
      stop()
      stopMeasuring?.()
      stopMeasuring = null
    },
    [client],
  )
}
