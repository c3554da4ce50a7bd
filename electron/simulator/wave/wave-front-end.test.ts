import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCycleMarks } from '../../../shared/electrical/cycle-marks.ts'
import { createHalfCycleRms } from '../../../shared/electrical/half-cycle-rms.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { WaveBlock } from '../../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../../shared/wave/wave-decoder.ts'
import { magnitude } from '../physics/phasor.ts'
import type { World } from '../physics/world.ts'
import { worldOf } from '../test-support/run-world.ts'
import { openWaveFrontEnd } from './wave-front-end.ts'

/** A receiver of the depot's front end; `pass` lets the world go on and waits until all samples came. */
const receive = async (world: World, circuit = 'incomer', speed = 1) => {
  const front = await openWaveFrontEnd({ id: 'scope', circuit, ratingA: 250 }, world, { seed: 1, speed })
  const socket = connect(front.port, '127.0.0.1')
  onTestFinished(async () => {
    socket.destroy()
    await front.close()
  })
  const decoder = createWaveDecoder('scope')
  const blocks: WaveBlock[] = []
  let woken = () => {}
  socket.on('data', (bytes: Buffer) => {
    for (const news of decoder.push(bytes)) if (news.kind === 'block') blocks.push(news.block)
    woken()
  })
  await once(socket, 'data')
  let nowMs = 1_700_000_000_000
  let wanted = 0
  const pass = async (seconds: number, before: (step: number) => void = () => undefined) => {
    for (let step = 0; step < seconds * 20; step += 1) {
      before(step)
      world.step()
      nowMs += 50 / speed
      front.step(nowMs)
      wanted += 500 / speed
      while (decoder.counts().samples < Math.floor(wanted / 200) * 200)
        await new Promise<void>((resolve) => (woken = resolve))
    }
  }
  const column = (name: string) => {
    const channel = blocks[0]!.layout.findIndex((each) => each.name === name)
    return Float32Array.from(blocks.flatMap((block) => [...block.channels[channel]!]))
  }
  return { decoder, blocks, pass, column }
}
const rms = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)

describe('the simulated front end', () => {
  it('sends eight channels at 10 kS/s that are the voltages and currents of its circuit', async () => {
    const world = worldOf('depot')
    const { decoder, pass, column } = await receive(world)
    const sums = { u: [0, 0, 0], i: [0, 0, 0] }
    await pass(1, () => {
      const { above, current } = world.circuit('incomer')
      phases.forEach((phase, index) => {
        sums.u[index]! += magnitude(above[phase]) / 20
        sums.i[index]! += magnitude(current[phase]) / 20
      })
    })
    expect(decoder.description()).toMatchObject({ rateHz: 10_000, format: 'int16' })
    expect(decoder.description()!.channels.map(({ name }) => name)).toEqual([
      'u1',
      'u2',
      'u3',
      'un',
      'i1',
      'i2',
      'i3',
      'in',
    ])
    expect(decoder.counts()).toMatchObject({ samples: 10_000, lostFrames: 0, badBytes: 0, refused: 0, clockSteps: 0 })
    // The harmonics add 0.02 % to the voltage and 0.2 % to the current.
    for (const index of [0, 1, 2]) {
      expect(Math.abs(rms(column(`u${index + 1}`)) / sums.u[index]! - 1)).toBeLessThan(0.003)
      expect(Math.abs(rms(column(`i${index + 1}`)) / sums.i[index]! - 1)).toBeLessThan(0.02)
    }
  })

  it('a dip shows at its instant, not at the next step: its duration and depth come out of the samples', async () => {
    const world = worldOf('depot')
    const { pass, column } = await receive(world)
    await pass(0.5)
    world.faults.dips.add({
      depthPercent: 40,
      phases: ['L1'],
      fromS: world.timeS() + 0.117,
      toS: world.timeS() + 0.417,
    })
    await pass(1)
    const marks = createCycleMarks({ rateHz: 10_000, nominalHz: 50, floor: 3 })
    const half = createHalfCycleRms(250)
    const samples = column('u1')
    const values = Array.from({ length: 75 }, (_, piece) => samples.subarray(piece * 200, piece * 200 + 200)).flatMap(
      (piece) => half.push(piece, marks.push(piece)),
    )
    const before = values.filter(({ at }) => at > 3000 && at < 5000).map(({ rms: value }) => value!)
    const normal = before.reduce((sum, value) => sum + value, 0) / before.length
    const low = values.filter(({ rms: value, at }) => at > 3000 && value! < 0.95 * normal)
    expect(low[0]!.at / 10 - 617).toBeGreaterThan(0)
    expect(low[0]!.at / 10 - 617).toBeLessThan(15)
    expect(Math.abs(low.at(-1)!.at / 10 - 917)).toBeLessThan(20)
    expect(Math.min(...low.map(({ rms: value }) => value!)) / normal).toBeCloseTo(0.6, 2)
    // Sample by sample: the last before the dip follows the whole wave, the first in it 60 % of it.
    const cycle = (from: number) => Math.max(...samples.subarray(from, from + 200).map(Math.abs))
    expect(cycle(5_970) / normal / Math.SQRT2).toBeCloseTo(1, 1)
    expect(cycle(6_175) / normal / Math.SQRT2).toBeCloseTo(0.6, 1)
  })

  it('keeps its phase and has no step between two frames', async () => {
    const { pass, column } = await receive(worldOf('depot'))
    await pass(2)
    const samples = column('u2')
    // 235 V and 50 Hz: a sample differs from the one before by less than this.
    const most = ((235 * Math.SQRT2 * 2 * Math.PI * 50) / 10_000) * 1.3
    for (let index = 1; index < samples.length; index += 1)
      if (Math.abs(samples[index]! - samples[index - 1]!) > most) throw new Error(`a step at ${index}`)
    const marks = createCycleMarks({ rateHz: 10_000, nominalHz: 50, floor: 3 }).push(samples)
    expect(marks.at(-1)!.period).toBeCloseTo(200, 0)
  })

  it('is real time also where the world runs faster', async () => {
    const { pass, decoder, column } = await receive(worldOf('depot'), 'incomer', 10)
    await pass(10)
    expect(decoder.counts()).toMatchObject({ samples: 10_000, lostFrames: 0 })
    expect(createCycleMarks({ rateHz: 10_000, nominalHz: 50, floor: 3 }).push(column('u1')).at(-1)!.period).toBeCloseTo(
      200,
      0,
    )
  })
})
