import type { Trace } from '../../../shared/api/live-contract.ts'
import type { Stop } from '../ports.ts'
import type { TraceRing } from '../record/trace-ring.ts'

/** Whoever follows a meter goes on following it when the recording is played from another place: the strip begins anew then. */
export const createDeckTrace = (current: () => TraceRing) => {
  interface Follower {
    readonly meterId: string
    readonly quantities: readonly string[]
    readonly backlogS: number
    readonly push: (trace: Trace) => void
    stop: Stop
  }
  const followers = new Set<Follower>()
  const begin = (follower: Follower): void => {
    const { meterId, quantities, backlogS, push } = follower
    follower.stop = current().subscribe(meterId, quantities, backlogS, push)
  }
  return {
    subscribe: (
      meterId: string,
      quantities: readonly string[],
      backlogS: number,
      push: (trace: Trace) => void,
    ): Stop => {
      const follower: Follower = { meterId, quantities, backlogS, push, stop: () => undefined }
      followers.add(follower)
      begin(follower)
      return () => {
        followers.delete(follower)
        follower.stop()
      }
    },
    /** The ring is another one now. */
    beginAnew: (): void => {
      for (const follower of followers) {
        follower.stop()
        begin(follower)
      }
    },
  }
}
