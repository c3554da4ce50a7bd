import type { Image } from '../../../shared/model/image.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'
import { imageInUtc } from '../utc.ts'
import { createImages, type Images } from './images.ts'
import type { Machines } from './machines.ts'
import type { SiteOutputs, SiteSetup } from './site-setup.ts'

/** The images of a site: what is believed, derived and decided at one moment, and what was found on it. */
export const createSiteImages = (
  { site, log }: SiteSetup,
  machines: Machines,
  failing: () => readonly FailingPart[],
  out: SiteOutputs,
): Images => {
  const { clock, memory, watch, known, circuits, detectors, wiring, belief, shown, controller } = machines
  const observe = (image: Image): void => {
    const inUtc = imageInUtc(image, clock.aheadMs())
    watch.run('the checks of the wiring', () => wiring.step(image))
    const found = detectors.step(image, failing(), controller.facts(), inUtc.atMs, wiring.reports())
    const { changes, active, cleared, notAssessed } = found
    shown.image(inUtc, { findings: [...active, ...cleared], notAssessed: [...notAssessed] })
    for (const change of changes) out.finding(change)
    for (const finding of detectors.backFromShelf()) out.event('alarm-back', 'info', finding.subject, finding)
    out.image(inUtc)
  }
  return createImages({
    clock: clock.site,
    log,
    chargers: known.chargers,
    meters: (nowMs, chargers) => {
      const asRead = known.meters(nowMs)
      wiring.read(asRead)
      return belief.step(asRead, chargers)
    },
    circuits: circuits.step,
    decide: controller.step,
    observe,
    failSafe: (why) => {
      out.event('cycle-failed', 'critical', { kind: 'site', id: site.id }, { why })
      controller.shutdown(why).catch((error: unknown) => {
        log.error('the fallback could not be brought to its end', { error: String(error) })
      })
    },
    memory,
  })
}
