import { useCan, useClock } from './clock.ts'
import { useConnection } from './connection.ts'
import { staleAfterMs, useLive } from './live.ts'

/** Whether what is on the screen is now: no recording, connected, and the last picture is not older than it may be. */
export const useIsLive = (): boolean => {
  const fromNow = useCan('live')
  const connected = useConnection((state) => state.phase === 'connected')
  const arrivedAtMs = useLive((state) => state.arrivedAtMs)
  const localMs = useClock((state) => state.localMs)
  return fromNow && connected && arrivedAtMs !== null && localMs - arrivedAtMs < staleAfterMs
}
