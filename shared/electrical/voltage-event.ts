/**
 * Dips, swells and interruptions of IEC 61000-4-30, 5.4 and 5.5, from Urms(1/2) of the voltage channels of one source. With several
 * channels a dip or swell lasts from the first that is out to the last that is back; an interruption from the last that is gone to the first
 * that is back. A value at the limit counts as back.
 */
export type VoltageEventKind = 'dip' | 'swell' | 'interruption'

export interface VoltageEventSettings {
  /** Declared input voltage, V. */
  readonly udinV: number
  readonly channels: readonly string[]
  /** Shares of Udin. Usual: 0.9, 1.1, 0.05 and 0.02 (EN 50160; IEC 61000-4-30, 5.4.2 note). */
  readonly dip: number
  readonly swell: number
  readonly interruption: number
  readonly hysteresis: number
}
export const usualShares = { dip: 0.9, swell: 1.1, interruption: 0.05, hysteresis: 0.02 } as const

export interface VoltageEvent {
  readonly kind: VoltageEventKind
  readonly fromMs: number
  /** Null: it goes on, or (`isCut`) samples were lost before its end. */
  readonly toMs: number | null
  readonly isCut: boolean
  /** The lowest Urms(1/2) of all channels (residual voltage), of a swell the highest, V. */
  readonly extremeV: number
  /** Channels that were out, in the order they went. */
  readonly channels: readonly string[]
}

export interface VoltageEventState {
  readonly out: Readonly<Record<VoltageEventKind, readonly string[]>>
  readonly open: Readonly<Record<VoltageEventKind, VoltageEvent | null>>
}
export const noVoltageEvents: VoltageEventState = {
  out: { dip: [], swell: [], interruption: [] },
  open: { dip: null, swell: null, interruption: null },
}

/** 0.92 x 230 is 211.60000000000002: a value that is equal but for the last digits is equal. */
const almost = 1e-9
const kinds: readonly VoltageEventKind[] = ['dip', 'swell', 'interruption']

const isOut = (kind: VoltageEventKind, wasOut: boolean, share: number, settings: VoltageEventSettings): boolean => {
  const limit = settings[kind]
  const margin = wasOut ? settings.hysteresis : 0
  return kind === 'swell' ? share > limit - margin + almost : share < limit + margin - almost
}

const stepKind = (
  kind: VoltageEventKind,
  state: VoltageEventState,
  value: { readonly atMs: number; readonly channel: string; readonly rmsV: number },
  settings: VoltageEventSettings,
): { readonly out: readonly string[]; readonly open: VoltageEvent | null; readonly told: VoltageEvent | null } => {
  const before = state.out[kind]
  const isNow = isOut(kind, before.includes(value.channel), value.rmsV / settings.udinV, settings)
  const others = before.filter((channel) => channel !== value.channel)
  const out = isNow ? (before.length === others.length ? [...others, value.channel] : before) : others
  const lasts = kind === 'interruption' ? out.length === settings.channels.length : out.length > 0
  const was = state.open[kind]
  const worse = kind === 'swell' ? Math.max : Math.min
  if (was === null) {
    if (!lasts) return { out, open: null, told: null }
    const begun: VoltageEvent = {
      kind,
      fromMs: value.atMs,
      toMs: null,
      isCut: false,
      extremeV: value.rmsV,
      channels: out,
    }
    return { out, open: begun, told: begun }
  }
  if (!lasts) return { out, open: null, told: { ...was, toMs: value.atMs } }
  const channels = [...was.channels, ...out.filter((channel) => !was.channels.includes(channel))]
  return { out, open: { ...was, channels, extremeV: worse(was.extremeV, value.rmsV) }, told: null }
}

/** One value of one channel. `told`: events that began (toMs null) or ended with it. */
export const stepVoltageEvents = (
  state: VoltageEventState,
  value: { readonly atMs: number; readonly channel: string; readonly rmsV: number },
  settings: VoltageEventSettings,
): { readonly state: VoltageEventState; readonly told: readonly VoltageEvent[] } => {
  const steps = kinds.map((kind) => [kind, stepKind(kind, state, value, settings)] as const)
  return {
    state: {
      out: Object.fromEntries(steps.map(([kind, { out }]) => [kind, out])) as VoltageEventState['out'],
      open: Object.fromEntries(steps.map(([kind, { open }]) => [kind, open])) as VoltageEventState['open'],
    },
    told: steps.flatMap(([, { told }]) => told ?? []),
  }
}

/** Samples are missing: what was open is told as cut, and everything begins anew. */
export const cutVoltageEvents = (
  state: VoltageEventState,
): { readonly state: VoltageEventState; readonly told: readonly VoltageEvent[] } => ({
  state: noVoltageEvents,
  told: kinds.flatMap((kind) => {
    const open = state.open[kind]
    return open === null ? [] : [{ ...open, isCut: true }]
  }),
})
