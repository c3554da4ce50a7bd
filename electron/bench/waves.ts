import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createSourceAnalysis } from '../analysis/source-analysis.ts'
import type { Log } from '../core/ports.ts'
import type { WaveField } from '../core/waves/wave-ports.ts'
import { systemClock } from '../io/clock.ts'
import { createOpenWaves } from '../io/wave/open-waves.ts'
import { encodeDescription, encodeSamples } from '../../shared/wave/encode-wave.ts'
import type { WaveDescription } from '../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../shared/wave/wave-decoder.ts'
import type { BenchOptions, BenchResult } from './result.ts'

const log: Log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }
const source = 'scope-incomer'
const mostShare = 0.25
/** From a dip's first low sample to the screen 250 ms are allowed; this is the part up to the observation. */
const mostDelayMs = 250

/** Processor time of another process so far, s: fields 14 and 15 of its stat, in hundredths on every Linux we run on. */
const cpuOf = (pid: number): number | null => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return null
  }
}
const ownCpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Shares of a core over some seconds: of this process with its worker, and of the simulator. */
const shares = async (pid: number, seconds: number) => {
  const [own, other, begun] = [ownCpu(), cpuOf(pid), performance.now()]
  await wait(seconds * 1000)
  const passed = (performance.now() - begun) / 1000
  const after = cpuOf(pid)
  return {
    own: (ownCpu() - own) / passed,
    simulator: other === null || after === null ? null : (after - other) / passed,
  }
}

/** Real time is how many seconds of samples go through decoding and analysis in a second. */
const offline = (seconds: number): number => {
  const description: WaveDescription = {
    stream: 1,
    rateHz: 10_000,
    format: 'int16',
    device: 'bench',
    channels: (['u1', 'u2', 'u3', 'un', 'i1', 'i2', 'i3', 'in'] as const).map((name) => ({
      name,
      unit: name.startsWith('u') ? 'V' : 'A',
      scale: 0.0125,
      offset: 0,
    })),
  }
  const raw = description.channels.map((_, channel) =>
    Int16Array.from({ length: 200 }, (_, index) => 26_000 * Math.sin(2 * Math.PI * (index / 200 - channel / 3))),
  )
  const frames = Array.from({ length: seconds * 50 }, (_, sequence) =>
    encodeSamples(description, {
      sequence,
      firstSample: sequence * 200,
      t0: 1_700_000_000_000 + sequence * 20,
      clock: 'ntp',
      isClipped: false,
      raw,
    }),
  )
  const decoder = createWaveDecoder(source)
  const settings = {
    source,
    nominalHz: 50,
    udinV: 230,
    ringBytes: 9_830_400,
    keepBytes: 32 << 20,
    preMs: 1000,
    postMs: 2000,
  }
  const analysis = createSourceAnalysis(settings)
  decoder.push(encodeDescription(description))
  const begun = performance.now()
  for (const frame of frames)
    for (const news of decoder.push(frame)) if (news.kind === 'block') analysis.take(news.block)
  return (seconds * 1000) / (performance.now() - begun)
}

/** Asks for pictures as a screen does, until it is stopped. */
const watch = (field: WaveField) => {
  let isOn = true
  let pictures = 0
  const run = async () => {
    while (isOn) {
      await field.view(source, {
        spanMs: 60,
        columns: 2000,
        mode: 'samples',
        trigger: { channel: 'u1', level: 0, edge: 'rising' },
        before: 0.5,
      })
      pictures += 1
      await wait(50)
    }
  }
  const done = run()
  return async () => {
    isOn = false
    await done
    return pictures
  }
}

/** Receiving, decoding and analysing 8 x 10 kS/s of the simulated depot's front end. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const seconds = isLong ? 60 : 10
  const simulator = spawn(process.execPath, [fileURLToPath(new URL('../simulator/main.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const pid = simulator.pid ?? 0
  const [line] = (await once(createInterface({ input: simulator.stdout }), 'line')) as [string]
  const { ports } = JSON.parse(line) as { ports: Readonly<Record<string, number>> }
  const delays: number[] = []
  let samples = 0
  try {
    await wait(3000)
    const idle = await shares(pid, seconds)
    const field = createOpenWaves({
      clock: systemClock,
      log,
      workerUrl: new URL('../analysis/analysis-worker.ts', import.meta.url),
    })([{ source, host: '127.0.0.1', port: ports[source] ?? 0, nominalHz: 50, udinV: 230 }])
    field.onObservation((observation) => {
      if (observation.kind === 'rms') delays.push(Date.now() - observation.toMs)
    })
    field.start()
    await wait(3000)
    const before = field.health(source)?.counts.samples ?? 0
    delays.length = 0
    const analysed = await shares(pid, seconds)
    samples = (field.health(source)?.counts.samples ?? 0) - before
    const stop = watch(field)
    const watched = await shares(pid, seconds)
    const pictures = await stop()
    const counts = field.health(source)?.counts
    const sorted = delays.toSorted((one, other) => one - other)
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? NaN
    await field.stop()
    const speed = offline(isLong ? 300 : 60)
    const told = (label: string, value: number, unit: string) => ({ label, value, unit, target: 'told', met: true })
    return {
      name: 'Waves: 8 channels at 10 kS/s from the simulated front end over TCP, analysed in the worker',
      results: [
        {
          label: 'share of a core: receiving, decoding, analysing',
          value: analysed.own,
          unit: '',
          target: `under ${mostShare}`,
          met: analysed.own < mostShare,
        },
        {
          label: 'the same with a picture of 8 x 600 points twenty times a second',
          value: watched.own,
          unit: '',
          target: `under ${mostShare}`,
          met: watched.own < mostShare,
        },
        {
          label: 'from the end of a tenth of a second to its one-cycle RMS, p99',
          value: p99,
          unit: 'ms',
          target: `under ${mostDelayMs} ms`,
          met: p99 < mostDelayMs,
        },
        {
          label: 'samples lost, of each channel',
          value: counts?.lostSamples ?? NaN,
          unit: '',
          target: 'none',
          met: counts?.lostSamples === 0,
        },
        told('samples a second of each channel', samples / seconds, ''),
        told('pictures a second', pictures / seconds, ''),
        told('offline: decoding and analysing, times real time', speed, 'x'),
        told('the simulator, nobody listening: share of a core', idle.simulator ?? NaN, ''),
        told('the simulator, sending: share of a core', analysed.simulator ?? NaN, ''),
      ],
    }
  } finally {
    simulator.stdin.end()
    await once(simulator, 'exit')
  }
}
