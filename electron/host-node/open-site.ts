import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Clock, Log } from '../core/ports.ts'
import { openCore, type OpenedCore } from './open-core.ts'
import type { SiteChoice } from './options.ts'
import type { SimulatedSiteOutcome, SimulatorReady } from './simulated-site.ts'

export interface OpenedSite extends OpenedCore {
  readonly siteFile: string
  /** What the simulator said of itself; null on a real site. */
  readonly simulator: SimulatorReady | null
}
export type OpenSiteOutcome = { readonly ok: true; readonly site: OpenedSite } | { readonly ok: false; readonly message: string }

/** The site a person chose, or the simulated one with a data folder that lives no longer than it. */
export const openSite = async (
  choice: SiteChoice, host: { clock: Clock; log: Log; startSimulator: (options: readonly string[]) => Promise<SimulatedSiteOutcome> },
): Promise<OpenSiteOutcome> => {
  const { clock, log } = host
  if (choice.site !== null) {
    const siteFile = resolve(choice.site)
    const outcome = await openCore({ siteFile, dataFolder: choice.data, clock, log })
    return outcome.ok ? { ok: true, site: { ...outcome.opened, siteFile, simulator: null } } : outcome
  }
  const started = await host.startSimulator(choice.simulator)
  if (!started.ok) return started
  const { siteFile, ready } = started.site
  const scratch = choice.data === null ? mkdtempSync(join(tmpdir(), 'tripscope-data-')) : null
  const removeScratch = () => { if (scratch !== null) rmSync(scratch, { recursive: true, force: true }) }
  const outcome = await openCore({ siteFile, dataFolder: choice.data ?? scratch, clock, log })
  if (!outcome.ok) {
    await started.site.stop()
    removeScratch()
    return outcome
  }
  // The screen shows the silence as any other; the log says where it came from.
  started.site.onExit((why) => log.error(why))
  const close = async (why: string) => {
    await outcome.opened.close(why)
    await started.site.stop()
    removeScratch()
  }
  return { ok: true, site: { ...outcome.opened, close, siteFile, simulator: ready } }
}
