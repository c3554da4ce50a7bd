import { useClock } from './clock.ts'
import { useConnection } from './connection.ts'
import { staleAfterMs, useLive } from './live.ts'

/** Whether what is on the screen is now: connected, and the last picture is not older than it may be. */
export const useIsLive = (): boolean => {
  const connected = useConnection((state) => state.phase === 'connected')
  const arrivedAtMs = useLive((state) => state.arrivedAtMs)
  const localMs = useClock((state) => state.localMs)
  return connected && arrivedAtMs !== null && localMs - arrivedAtMs < staleAfterMs
}
