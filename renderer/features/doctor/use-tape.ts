import { useEffect, useRef, useState } from 'react'
import type { Framing, TapeEntry } from '../../../shared/bus/tape-entry.ts'
import { pairExchanges, type Conversation } from '../../../shared/bus/exchange.ts'
import { useStream } from '../../state/stream.ts'

/** Entries kept on the screen: a minute and more of the busiest line; older ones are asked for when they are exported. */
const mostKept = 4000
const backlogS = 120

export interface TapeView {
  readonly entries: readonly TapeEntry[]
  readonly talk: Conversation
  readonly dropped: number
  readonly ended: string | null
  readonly arrived: boolean
}
const nothing: TapeView = { entries: [], talk: { exchanges: [], unasked: [] }, dropped: 0, ended: null, arrived: false }

/** The line's tape as it grows. While `paused` the picture stands still; the tape goes on behind it and is shown when it is resumed. */
export const useTape = (lineId: string | null, framing: Framing, characterMs: number, paused: boolean): TapeView => {
  const [view, setView] = useState<TapeView>(nothing)
  const kept = useRef<{ entries: TapeEntry[]; dropped: number }>({ entries: [], dropped: 0 })
  const isPaused = useRef(paused)

  const show = useRef<() => void>(() => undefined)
  useEffect(() => {
    show.current = () => {
      const { entries, dropped } = kept.current
      setView({ entries, talk: pairExchanges(entries, framing, characterMs), dropped, ended: null, arrived: true })
    }
  }, [framing, characterMs])
  useEffect(() => {
    isPaused.current = paused
    if (!paused && kept.current.entries.length > 0) show.current()
  }, [paused, framing, characterMs])
  // The first frame of a subscription is a reset: it replaces what was kept of another line, or before the link was lost.
  useStream('line.tape', lineId === null ? null : { lineId, backlogS }, {
    frame: ({ reset, dropped, entries }) => {
      const before = reset ? [] : kept.current.entries
      kept.current = {
        entries: [...before, ...entries].slice(-mostKept),
        dropped: (reset ? 0 : kept.current.dropped) + dropped,
      }
      if (!isPaused.current || reset) show.current()
    },
    ended: (ended) => setView((state) => ({ ...state, ended })),
  })
  return view
}
