/** What holds the limit of a charger, by the wall's time: its register, its release, and the watchdog that ends both. */

export interface LimitSettings {
  readonly maximum: number
  /** What it offers while nobody has ever told it a limit. */
  readonly defaultLimit: number
  /** What it offers when its watchdog ran out. */
  readonly fallback: number
  /** setpoint: each limit expires by itself; poll: any request keeps it alive; fed: only its own register does; none: a limit holds for ever. */
  readonly watchdog: 'setpoint' | 'poll' | 'fed' | 'none'
  readonly watchdogS: number
}

/** `perAmpere`: volts on which one ampere a phase becomes the unit of the register, 1 for amperes. `lineNowS`: the wall's time, s. */
export const createChargerLimit = (settings: LimitSettings, perAmpere: () => number, lineNowS: () => number) => {
  /** In the unit of its register. */
  let setpoint: { readonly value: number; readonly atS: number } | null = null
  /** What was last written, in force or not: many show this where a limit is read back. */
  let stored: number | null = null
  let released = true
  let expired = false
  let lastRequestS: number | null = null
  let lastFedS: number | null = null
  let watchdogS = settings.watchdogS

  const setpointA = () => (setpoint === null ? null : setpoint.value / perAmpere())
  const remainingS = () => (setpoint === null ? 0 : Math.max(0, setpoint.atS + watchdogS - lineNowS()))
  const inForceA = () =>
    released ? Math.min(settings.maximum, expired ? settings.fallback : (setpointA() ?? settings.defaultLimit)) : 0
  const hasRunOut = (): boolean => {
    const nowS = lineNowS()
    if (settings.watchdog === 'setpoint') return setpoint !== null && remainingS() === 0
    // Stays at the fallback until somebody gives it a limit again: a request alone is no decision.
    if (settings.watchdog === 'poll') return watchdogS > 0 && lastRequestS !== null && nowS - lastRequestS > watchdogS
    return settings.watchdog === 'fed' && lastFedS !== null && nowS - lastFedS > watchdogS
  }

  return {
    inForceA,
    remainingS,
    setpointA,
    watchdogS: () => watchdogS,
    /** In the unit of its register. */
    inForce: () => inForceA() * perAmpere(),
    /** The limit register as it reads: what was written last. */
    storedLimit: () => stored ?? settings.defaultLimit * perAmpere(),
    inAmperes: (value: number) => value / perAmpere(),
    isReleased: () => released,
    isAtFallback: () => expired,
    /** The caller has checked that the value is legal. */
    writeSetpoint: (value: number) => {
      setpoint = { value, atS: lineNowS() }
      stored = value
      expired = false
      lastFedS ??= lineNowS()
    },
    writeRelease: (on: boolean) => {
      released = on
    },
    writeWatchdog: (seconds: number) => {
      watchdogS = seconds
    },
    feed: () => {
      lastFedS = lineNowS()
    },
    requestSeen: () => {
      lastRequestS = lineNowS()
    },
    checkWatchdog: (): void => {
      if (hasRunOut()) expired = true
      if (!expired) return
      setpoint = null
      // Limit and release are discarded together (Mennekes AMTRON Compact); what is left is the fallback.
      released = true
    },
    /** Its electronics lost their supply. */
    forget: (): void => {
      setpoint = null
      stored = null
      released = true
      expired = false
      lastRequestS = null
      lastFedS = null
    },
  }
}
