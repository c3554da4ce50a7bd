import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { encodeDescription } from '../../../shared/wave/encode-wave.ts'
import { magnitude, scale } from '../physics/phasor.ts'
import { dipFactor, dipShareAt } from '../physics/supply.ts'
import { stepS, type World } from '../physics/world.ts'
import { createRandom } from '../random.ts'
import { createFrameMaker, describeFrontEnd } from './frame-maker.ts'
import { createWaveGenerator, type WaveStep } from './wave-generator.ts'

/** Samples a second of each of the eight channels. */
const rateHz = 10_000
/** A receiver that does not read is skipped over, as real hardware does: its gap is then known by the count. */
const mostWaitingBytes = 1 << 20

export interface WaveFrontEnd {
  readonly port: number
  /** Sends what one step of the world was, right after it. */
  step(nowMs: number): void
  close(): Promise<void>
}

export interface WavePlace {
  readonly id: string
  readonly circuit: string
  readonly ratingA: number
}

/** Voltages of a step and how they went within it: the world knows a step's RMS value, the wave its instants. */
const stepOf = (world: World, circuit: string, samples: number, lengthS: number): WaveStep => {
  const [fromS, toS] = [world.timeS() - stepS, world.timeS()]
  const { above, current } = world.circuit(circuit)
  const { dips } = world.faults
  const mean = new Map(phases.map((phase) => [phase, dipFactor(dips, phase, fromS, toS)]))
  const whole = (phase: Phase) => {
    const share = mean.get(phase) ?? 1
    return share > 0 && magnitude(above[phase]) > 0 ? scale(above[phase], 1 / share) : above[phase]
  }
  return {
    samples,
    lengthS,
    frequencyHz: world.frequencyHz(),
    voltage: { L1: whole('L1'), L2: whole('L2'), L3: whole('L3') },
    current,
    share: dips.size === 0 ? () => 1 : (phase, part) => dipShareAt(dips, phase, fromS + part * (toS - fromS)),
  }
}

/** A sampling front end at one circuit of the world, on a free port of this machine; every receiver gets the same stream. */
export const openWaveFrontEnd = async (
  place: WavePlace,
  world: World,
  options: { readonly seed: number; readonly speed: number },
): Promise<WaveFrontEnd> => {
  const random = createRandom(options.seed, `front end ${place.id}`)
  // Another start is another run, whatever the scenario's seed.
  const description = describeFrontEnd(Math.floor(Math.random() * 2 ** 32), rateHz, place.ratingA)
  const generator = createWaveGenerator(random)
  const frames = createFrameMaker(description)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever hangs up wants no more.
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(encodeDescription(description))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const lengthS = stepS / options.speed
  let owed = 0

  return {
    port: (server.address() as AddressInfo).port,
    step: (nowMs) => {
      owed += rateHz * lengthS
      const samples = Math.floor(owed)
      owed -= samples
      if (sockets.size === 0) {
        generator.skip({ frequencyHz: world.frequencyHz(), lengthS })
        frames.skip(samples)
        return
      }
      for (const frame of frames.add(generator.step(stepOf(world, place.circuit, samples, lengthS)), nowMs))
        for (const socket of sockets) if (socket.writableLength < mostWaitingBytes) socket.write(frame)
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
