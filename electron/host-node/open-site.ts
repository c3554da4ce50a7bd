import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Clock, Log } from '../core/ports.ts'
import type { Site } from '../../shared/site/site.ts'
import { openCore, readSiteFile, type OpenCoreOutcome, type OpenedCore } from './open-core.ts'
import type { KeyWrapping } from '../io/signer.ts'
import type { SiteChoice } from './options.ts'
import type { SimulatedSiteOutcome, SimulatorReady } from './simulated-site.ts'

/** The open site: its core is replaced when the program changed the site file and opened it anew. */
export interface OpenedSite extends OpenedCore {
  readonly siteFile: string
  /** What the simulator said of itself; null on a real site. */
  readonly simulator: SimulatorReady | null
}
export type OpenSiteOutcome =
  { readonly ok: true; readonly site: OpenedSite } | { readonly ok: false; readonly message: string }

export interface SiteHost {
  readonly clock: Clock
  readonly log: Log
  /** What another open site has of the lines of this one; null: nothing. Left out: there is no other. */
  readonly conflictOf?: (site: Site) => string | null
  /** The system's keychain, where the host has one. */
  readonly keyWrapping?: KeyWrapping | null
  readonly startSimulator: (options: readonly string[]) => Promise<SimulatedSiteOutcome>
  /** The core was replaced and runs (null), or the site can't be opened any more (why): screens must be served anew, or the program ended. */
  readonly onReopened: (problem: string | null) => void
  /** It was to be opened anew and goes on as it was, and why. */
  readonly onGoesOn?: (why: string) => void
}

/** Opens a site file and, whenever its core asks for it, closes that core and opens the file anew. */
const keepOpen = async (
  options: { siteFile: string; dataFolder: string | null },
  host: SiteHost,
): Promise<OpenCoreOutcome> => {
  const { clock, log, keyWrapping = null, conflictOf = () => null } = host
  const beside = { keyWrapping }
  let held: OpenedCore
  let isClosing = false
  const kept = new Map<string, unknown>()
  let turning: Promise<void> = Promise.resolve()
  const goesOn = (message: string): void => {
    log.error('the site file was changed and can’t be used; the site goes on as it was', { message })
    host.onGoesOn?.(message)
  }
  const reopen = (why: string): void => {
    turning = turning
      .then(async () => {
        if (isClosing) return
        const sound = await readSiteFile(options)
        // What runs goes on: a file that was broken meanwhile must not end it.
        if (!sound.ok) return goesOn(sound.message)
        const shared = conflictOf(sound.site)
        if (shared !== null) return goesOn(shared)
        await held.close(why)
        const outcome = await openCore({ ...options, ...beside, clock, log, reopen, kept })
        if (outcome.ok) {
          held = outcome.opened
          held.core.start()
        }
        host.onReopened(outcome.ok ? null : outcome.message)
      })
      .catch((error: unknown) => {
        log.error('the site could not be opened anew', { error: String(error) })
        host.onReopened(`the site could not be opened anew: ${String(error)}`)
      })
  }
  const first = await openCore({ ...options, ...beside, clock, log, reopen, kept })
  if (!first.ok) return first
  held = first.opened
  return {
    ok: true,
    opened: {
      get core() {
        return held.core
      },
      get site() {
        return held.site
      },
      get folder() {
        return held.folder
      },
      get lock() {
        return held.lock
      },
      get warnings() {
        return held.warnings
      },
      close: async (why) => {
        isClosing = true
        await turning
        await held.close(why)
      },
    },
  }
}

/** The site a person chose, or the simulated one with a data folder that lives no longer than it. */
export const openSite = async (choice: SiteChoice, host: SiteHost): Promise<OpenSiteOutcome> => {
  // Object.assign and spread would read the getters once: the parts are named so that they follow the core.
  const siteOf = (
    opened: OpenedCore,
    siteFile: string,
    simulator: SimulatorReady | null,
    close: OpenedCore['close'],
  ): OpenedSite => ({
    get core() {
      return opened.core
    },
    get site() {
      return opened.site
    },
    get folder() {
      return opened.folder
    },
    get lock() {
      return opened.lock
    },
    get warnings() {
      return opened.warnings
    },
    close,
    siteFile,
    simulator,
  })
  if (choice.site !== null) {
    const siteFile = resolve(choice.site)
    const outcome = await keepOpen({ siteFile, dataFolder: choice.data }, host)
    return outcome.ok ? { ok: true, site: siteOf(outcome.opened, siteFile, null, outcome.opened.close) } : outcome
  }
  const started = await host.startSimulator(choice.simulator)
  if (!started.ok) return started
  const { siteFile, ready } = started.site
  const scratch = choice.data === null ? mkdtempSync(join(tmpdir(), 'tripscope-data-')) : null
  const removeScratch = () => {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true })
  }
  const outcome = await keepOpen({ siteFile, dataFolder: choice.data ?? scratch }, host)
  if (!outcome.ok) {
    await started.site.stop()
    removeScratch()
    return outcome
  }
  // The screen shows the silence as any other; the log says where it came from.
  started.site.onExit((why) => host.log.error(why))
  const close = async (why: string) => {
    await outcome.opened.close(why)
    await started.site.stop()
    removeScratch()
  }
  return { ok: true, site: siteOf(outcome.opened, siteFile, ready, close) }
}
