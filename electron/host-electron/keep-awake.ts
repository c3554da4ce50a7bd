import { powerMonitor, powerSaveBlocker } from 'electron'
import type { PowerEvent } from '../core/power-watch.ts'
import type { Clock } from '../core/ports.ts'

const lookEveryMs = 1000

/** The system's words on its power, for every open site; `onEnd` when the computer is switched off or the person logs out. */
export const watchPower = (tellSites: (event: PowerEvent) => void, onEnd: () => void): void => {
  const tell = (event: PowerEvent) => () => tellSites(event)
  powerMonitor.on('suspend', tell('suspend'))
  powerMonitor.on('resume', tell('resume'))
  // Linux and macOS wait for a program that asks for it; Windows gives it a few seconds.
  powerMonitor.on('shutdown', (event?: { preventDefault?: () => void }) => {
    event?.preventDefault?.()
    onEnd()
  })
}

/** A computer that would sleep because nobody touches it stays awake while control is armed at any site; what a person orders still happens. */
export const keepAwakeWhile = (isArmed: () => boolean, clock: Clock): void => {
  let blocker: number | null = null
  const look = (): void => {
    if (isArmed()) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
    clock.after(lookEveryMs, look)
  }
  look()
}
