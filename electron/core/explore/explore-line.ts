import type { ExploreTarget } from '../../../shared/api/explore-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import { isMbusLine, type Site } from '../../../shared/site/site.ts'
import { lineOf, siteLineLike } from './explore-address.ts'
import type { ExploreLine, ExploreLineParts } from './explore-port.ts'
import { createOwnLines } from './own-lines.ts'
import { siteExploreLine } from './site-line.ts'

/** Lines to look at registers by: those of the site, and others that are opened for it. */
export const createExploreLines = (parts: ExploreLineParts) => {
  const { site } = parts
  const own = createOwnLines(parts)

  const onSite = (line: Site['lines'][number], unit: number, wasTyped: boolean): ExploreLine => {
    if (isMbusLine(line)) throw refusal('no-registers', { lineId: line.id })
    const explored = siteExploreLine(parts, line, unit, wasTyped)
    const held = explored.leftAlone(unit)
    if (held !== null) throw refusal('left-alone', held)
    return explored
  }
  return {
    /** Throws Refusal with what to do where the target can't be read. */
    open(target: ExploreTarget, unit: number): ExploreLine {
      const siteLine = siteLineLike(site, target)
      if (siteLine !== undefined) return onSite(siteLine, unit, target.kind !== 'line')
      if (target.kind === 'line')
        throw refusal('no-line', { lineId: target.lineId, lines: site.lines.map(({ id }) => id) })
      return own.open(lineOf(target), unit)
    },
    close: own.close,
  }
}
