import { useEffect, useRef, useState } from 'react'

/** The value as it was when it had not changed for a while: what is asked of the program follows a hand that rests. */
export const useSettled = <T>(value: T, ms: number): T => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** The value at most every `ms`, the newest one always in the end. */
export const usePaced = <T>(value: T, ms: number): T => {
  const [paced, setPaced] = useState(value)
  const newest = useRef(value)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useEffect(() => {
    newest.current = value
    timer.current ??= setTimeout(() => {
      timer.current = null
      setPaced(newest.current)
    }, ms)
  }, [value, ms])
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current)
      timer.current = null
    },
    [],
  )
  return paced
}
