import { describe, expect, it } from 'vitest'
import { createWatchedMbus } from '../core/acquisition/test-support/watched-mbus.ts'
import { searchMbus } from '../core/acquisition/mbus/search-mbus.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { systemClock } from '../io/clock.ts'
import { openMbusLine } from '../io/mbus/open-mbus-line.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { until } from '../io/modbus/test-support/real-line.ts'
import { isMbusLine } from '../../shared/site/site.ts'
import { openSimulator } from '../simulator/test-support/open-simulator.ts'
import { programPaths } from './program-paths.ts'

describe("the depot's sub-meters on M-Bus", () => {
  it('are read by the product as the world has them, by primary and by secondary address, and found by their numbers', async () => {
    const { site: simulated } = await openSimulator('depot')
    const { site, world } = simulated
    const siteLine = site.lines.find(isMbusLine)
    if (siteLine === undefined) throw new Error('the depot has no M-Bus')
    const { mbus: profiles } = await loadCatalogue(programPaths.profiles)
    const line = openMbusLine(siteLine, { clock: systemClock, log: quietLog })
    const told = new Set<string>()
    const acquisition = createWatchedMbus({
      site,
      clock: systemClock,
      log: quietLog,
      profiles,
      lines: new Map([[siteLine.id, line]]),
      onMeterSamples: (id) => {
        told.add(id)
      },
    })
    try {
      await until('the line is connected', () => line.status().state === 'connected')
      acquisition.start()
      await until('both were read', () => told.size === 2, 20_000)
      const readings = acquisition.meterReadings(systemClock.nowMs())
      for (const id of ['mbus-building', 'mbus-yard']) {
        expect(acquisition.deviceHealth()[id], id).toMatchObject({ state: 'ok', lastFault: null, notes: [] })
        const kWh =
          world.meters
            .get(id)
            ?.energy()
            .importKWh.reduce((sum, each) => sum + each, 0) ?? 0
        expect(readings[id]?.samples['e_import']?.value).toBeCloseTo(kWh, 0)
        expect(readings[id]?.samples['u_l2n']?.value).toBeGreaterThan(210)
      }
      const ids: (string | null)[] = []
      for await (const event of searchMbus(line, {
        by: 'primary',
        range: { first: 0, last: 6 },
        isCancelled: () => false,
      }))
        if (event.kind === 'found') ids.push(event.meter.id)
      expect(ids.toSorted()).toEqual(['40000005', '40000717'])
    } finally {
      await acquisition.stop()
      await line.close()
    }
  }, 60_000)
})
