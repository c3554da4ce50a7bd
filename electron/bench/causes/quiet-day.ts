import type { Incident } from '../../../shared/forensics/incident.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { dice } from './dice.ts'
import { createInstruments, drawForeignMeterKind, drawForeignPostKind, drawMeterKind } from './instruments.ts'
import { createPlant, newCar } from './plant.ts'
import { foreignShape, watchSite } from './run-incident.ts'
import { makeShape, type ShapeName } from './shapes.ts'

/** What happens on a day without a trip, packed into this, s: as many comings and goings, with less waiting between them. */
const lastsS = 2400
const stepS = 0.2

/** Arrivals, departures, cars that finish, stops on command, lower limits, short gaps of meters, a group of chargers without network, short dips. */
export const runQuietDay = async (
  shapeName: ShapeName,
  seed: number,
  isForeign = false,
): Promise<readonly Incident[]> => {
  const luck = dice(seed)
  const shape = isForeign ? foreignShape(shapeName, luck, {}) : makeShape(shapeName, luck)
  const drawMeter = isForeign ? drawForeignMeterKind : drawMeterKind
  const { site } = shape
  const plant = createPlant({ site, dice: luck })
  const kinds = new Map(site.meters.map(({ id }) => [id, drawMeter(luck)]))
  const tools = createInstruments(site, plant, luck, (id) => kinds.get(id) ?? drawMeter(luck), {
    postKind: isForeign ? drawForeignPostKind(luck) : null,
  })
  const watched = watchSite(site, luck.between(0, 20))
  const above = (id: string): readonly SiteCircuit[] => {
    const circuit = site.circuits.find((one) => one.id === id)
    return circuit === undefined ? [] : [circuit, ...(circuit.parent === undefined ? [] : above(circuit.parent))]
  }
  const postsUnder = (id: string): number =>
    plant.posts.filter(({ circuit }) => above(circuit).some((one) => one.id === id)).length
  for (const post of plant.posts) {
    // A load manager that does its work: all together stay within 80 % of every rating above them.
    const shares = above(post.circuit).map(({ id, breaker }) => {
      const rating = breaker?.rating ?? 32
      return (0.8 * (id === post.circuit ? Math.min(rating, 40) : rating)) / postsUnder(id)
    })
    post.limitA = Math.max(6, Math.floor(Math.min(...shares)))
    if (luck.chance(0.5)) post.car = newCar(luck, luck.between(0, 60), { leakageMa: 1 })
  }
  let nextS = 60
  const undo: { readonly atS: number; readonly run: () => void }[] = []
  const happen = (nowS: number): void => {
    const post = luck.pick(plant.posts)
    const later = (afterS: number, run: () => void): void => {
      undo.push({ atS: nowS + afterS, run })
    }
    const was = post.limitA
    switch (Math.floor(luck.next() * 9)) {
      case 0:
      case 1:
        post.car ??= newCar(luck, nowS)
        return
      case 2:
      case 3:
        post.car = null
        return
      case 4:
        // Finished: plugged in, and draws nothing.
        if (post.car !== null) post.pausedUntilS = nowS + 600
        return
      case 5:
        // Stopped on command: this one, or all of its circuit at once.
        for (const one of plant.posts.filter(({ circuit }) => luck.chance(0.5) || circuit === post.circuit)) {
          const before = one.limitA
          if (before < 6) continue
          one.limitA = 0
          later(luck.between(30, 200), () => {
            one.limitA = before
          })
        }
        return
      case 6: {
        const meter = luck.pick(site.meters)
        tools.lies.set(meter.id, 'silent')
        later(luck.between(2, 9), () => tools.lies.set(meter.id, 'none'))
        return
      }
      case 7:
        for (const one of plant.posts.filter(({ circuit }) => circuit === post.circuit)) {
          tools.deafPosts.add(one.id)
          later(luck.between(10, 40), () => tools.deafPosts.delete(one.id))
        }
        return
      default:
        if (luck.chance(0.5)) {
          plant.setSupply([luck.between(0.8, 0.95), 1, 1])
          later(luck.between(0.3, 2), () => plant.setSupply([1, 1, 1]))
        } else {
          post.limitA = Math.max(6, was - 4)
          later(60, () => {
            post.limitA = was
          })
        }
    }
  }
  let tickS = 1
  while (plant.nowS() < lastsS) {
    plant.step(stepS)
    tools.feel()
    const nowS = plant.nowS()
    for (const one of undo.filter(({ atS }) => atS <= nowS)) one.run()
    undo.splice(0, undo.length, ...undo.filter(({ atS }) => atS > nowS))
    if (nowS >= nextS) {
      nextS = nowS + luck.between(15, 60)
      happen(nowS)
    }
    const nowMs = watched.at(nowS)
    for (const observation of tools.poll(nowMs)) await watched.feed({ kind: 'observation', observation })
    if (nowS < tickS) continue
    tickS += 1
    await watched.feed({ kind: 'tick', failing: [] })
  }
  watched.end()
  return [...watched.incidents.values()].map(({ last }) => last)
}
