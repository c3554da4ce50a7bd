import { create } from 'zustand'
import type { Live } from '../../shared/api/live-contract.ts'
import type { Overview } from '../../shared/api/site-contract.ts'
import type { SiteFileState } from '../../shared/api/site-file-contract.ts'
import type { Health } from '../../shared/model/health.ts'
import { noExtremes, type Extremes } from './extremes.ts'

/** Live data. Written by state/bind.ts and the reset of min/max only; views read. */
interface SiteState {
  readonly overview: Overview | null
  readonly problem: string | null
}
export const useSite = create<SiteState>(() => ({ overview: null, problem: null }))

interface LiveState {
  readonly live: Live | null
  /** Local time the last picture arrived, ms. */
  readonly arrivedAtMs: number | null
  readonly extremes: Extremes
  /** Why the program ended or refused the stream; null while it runs. */
  readonly ended: string | null
}
export const useLive = create<LiveState>(() => ({
  live: null,
  arrivedAtMs: null,
  extremes: noExtremes(0),
  ended: null,
}))

interface HealthState {
  readonly health: Health | null
  readonly ended: string | null
}
export const useHealth = create<HealthState>(() => ({ health: null, ended: null }))

/** How the site file stands; null until the program said so. */
export const useSiteFile = create<{ readonly file: SiteFileState | null }>(() => ({ file: null }))

/** The picture is called old when two of its once-a-second frames failed to come. */
export const staleAfterMs = 3000
