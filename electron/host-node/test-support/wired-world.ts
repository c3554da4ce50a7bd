import { mapMeter } from '../../core/acquisition/meter-mapping.ts'
import { createWiring } from '../../core/derive/wiring/wiring.ts'
import type { ChargerReading, Image, MeterReading } from '../../../shared/model/image.ts'
import { perPhase } from '../../../shared/model/phase.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import type { WiringCheck, WiringCheckId } from '../../../shared/wiring/check-result.ts'
import { meterQuantities } from '../../simulator/physics/meter-quantities.ts'
import { createWorld } from '../../simulator/physics/world.ts'
import { siteOfScenario, type LineAddress } from '../../simulator/scenario/site-of-scenario.ts'
import { loaded, pass } from '../../simulator/test-support/run-world.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'

/** A simulated site without lines: its meters read once a second as their profiles and the site file say, faster than time. */
export const wiredWorld = (name: 'depot' | 'small', seed: number, scenario = loaded(name)) => {
  const site = siteOfScenario(
    scenario.scenario,
    new Map(
      scenario.scenario.site.lines.map(({ id }, at): [string, LineAddress] => [id, { transport: 'tcp', port: 1 + at }]),
    ),
    new Map(scenario.scenario.site.waves.map(({ id }, at) => [id, 100 + at])),
  )
  const world = createWorld(scenario, seed)
  const wiring = createWiring(site, scenario.meterProfiles)
  let seq = 0

  const readingOf = (meter: (typeof site.meters)[number], atMs: number): MeterReading => {
    const profile = scenario.meterProfiles.get(meter.profile)
    const model = world.meters.get(meter.id)
    if (profile === undefined || model === undefined) return { samples: {} }
    const values = model.isPowered() ? meterQuantities(model) : null
    const samples: Record<string, Sample> = {}
    for (const [from, { key, factor }] of mapMeter(meter, profile)) {
      const value = values?.[from as QuantityKey]
      // The world tells what is primary; a ratio left to the application is already in it.
      const sign = factor < 0 ? -1 : 1
      samples[key] = value === undefined ? missingSample('timeout', atMs) : goodSample(value * sign, atMs)
    }
    return { samples }
  }
  const chargerOf = (charger: (typeof site.chargers)[number], atMs: number): ChargerReading => {
    const model = world.chargers.get(charger.id)
    return {
      status: { value: 'charging', code: null, quality: 'good', atMs },
      samples: {},
      siteCurrentA: perPhase((phase) => {
        const at = charger.phases.indexOf(phase)
        return goodSample(at === -1 ? 0 : (model?.currents()[at] ?? 0), atMs)
      }),
    }
  }
  const see = (): void => {
    seq += 1
    const atMs = Math.round(world.timeS() * 1000)
    const meters = Object.fromEntries(site.meters.map((meter) => [meter.id, readingOf(meter, atMs)]))
    const chargers = Object.fromEntries(site.chargers.map((charger) => [charger.id, chargerOf(charger, atMs)]))
    const image: Image = { seq, atMs, meters, chargers, circuits: {} }
    wiring.read(meters)
    wiring.step(image)
  }
  const checkOf = (meterId: string, id: WiringCheckId): WiringCheck => {
    const found = wiring
      .reports()
      .get(meterId)
      ?.find((each) => each.id === id)
    if (found === undefined) throw new Error(`no check ${id} of ${meterId}`)
    return found
  }
  return {
    site,
    world,
    wiring,
    checkOf,
    /** Lets `seconds` pass, looking once in each. */
    watch: (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        pass(world, 1)
        see()
      }
    },
    bad: () =>
      [...wiring.reports()].flatMap(([meterId, checks]) =>
        checks.filter(({ state }) => state === 'wrong' || state === 'check').map((check) => ({ meterId, check })),
      ),
  }
}
