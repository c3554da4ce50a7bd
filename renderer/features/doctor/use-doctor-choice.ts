import { useCallback, useState } from 'react'
import { useViewKey } from '../../state/view-keys.ts'

/** Zoom steps of the timeline, ms. */
const spans = [200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const

/** What a person chose to see of a line. */
export const useDoctorChoice = () => {
  const [paused, setPaused] = useState(false)
  const [spanMs, setSpanMs] = useState<number>(2000)
  const [asTable, setAsTable] = useState(false)
  const [oneRow, setOneRow] = useState(false)
  const [windowS, setWindowS] = useState(60)
  const [assumeBaud, setAssumeBaud] = useState<number | null>(null)
  useViewKey(
    'p',
    useCallback(() => setPaused((before) => !before), []),
  )
  useViewKey(
    't',
    useCallback(() => setAsTable((before) => !before), []),
  )
  const zoom = (by: -1 | 1): void =>
    setSpanMs((before) => {
      const at = spans.findIndex((span) => span === before) + by
      return spans[Math.max(0, Math.min(spans.length - 1, at))] ?? before
    })
  return {
    ...{ paused, setPaused, spanMs, zoom, asTable, setAsTable, oneRow, setOneRow, windowS, setWindowS },
    ...{ assumeBaud, setAssumeBaud },
    isNearest: spanMs === spans[0],
    isFarthest: spanMs === spans.at(-1),
  }
}
export type DoctorChoice = ReturnType<typeof useDoctorChoice>
