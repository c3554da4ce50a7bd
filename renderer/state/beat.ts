import { useEffect, useState } from 'react'

/** Counts up every so often, ms, while it is shown: for what is asked for anew and need not be live. */
export const useBeat = (everyMs: number): number => {
  const [beat, setBeat] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setBeat((now) => now + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return beat
}
