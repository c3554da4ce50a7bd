import { powerMonitor, powerSaveBlocker } from 'electron'
import type { PowerEvent } from '../core/power-watch.ts'
import type { OpenedSite } from '../host-node/open-site.ts'

/** The system's words on its power, for the site that is open; `onEnd` when the computer is switched off or the person logs out. */
export const watchPower = (current: () => OpenedSite | null, onEnd: () => void): void => {
  const tell = (event: PowerEvent) => () => current()?.core.power(event)
  powerMonitor.on('suspend', tell('suspend'))
  powerMonitor.on('resume', tell('resume'))
  // Linux and macOS wait for a program that asks for it; Windows gives it a few seconds.
  powerMonitor.on('shutdown', (event?: { preventDefault?: () => void }) => {
    event?.preventDefault?.()
    onEnd()
  })
}

/** A computer that would sleep because nobody touches it stays awake while control is armed; what a person orders still happens. */
export const keepAwakeWhileArmed = (site: OpenedSite): (() => void) => {
  let blocker: number | null = null
  const release = () => {
    if (blocker !== null) powerSaveBlocker.stop(blocker)
    blocker = null
  }
  const stop = site.core.onFrame(() => {
    const isArmed = site.core.controlState().mode === 'armed'
    if (isArmed && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    else if (!isArmed) release()
  })
  return () => {
    stop()
    release()
  }
}
