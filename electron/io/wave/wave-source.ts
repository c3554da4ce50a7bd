import { bytesOf } from '../../analysis/messages.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { WaveNotice, WaveSourceHealth, WaveSourceSettings } from '../../core/waves/wave-ports.ts'
import { lineProblemText } from '../../../shared/said/line-problem.ts'
import { lengthOf, type WaveBlock } from '../../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../../shared/wave/wave-decoder.ts'
import { createConnection } from '../modbus/connection.ts'
import { createTcpChannel } from '../modbus/tcp-channel.ts'
import { createArrivalRate } from './arrival-rate.ts'

export interface WaveSourceDeps {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** False: nobody takes it just now. */
  readonly take: (block: WaveBlock) => boolean
  readonly ended: () => void
  readonly onNotice: (notice: WaveNotice) => void
}

/** A front end is on the same network; one that is off for long is not asked more often than this. */
const backOff = { firstMs: 200, longestMs: 10_000 }
const habits = { connectTimeoutMs: 3000, keepAliveMs: 10_000 }
/** A front end that sends nothing for this long hangs, or nobody is there any more: the connection is made anew. */
const silentMs = 5000
const lookMs = 1000
/** What is not yet analysed may grow to this, about 13 s of 8 channels at 10 kS/s; then the front end must wait, down to the second. */
const [pauseAboveBytes, resumeBelowBytes] = [4 << 20, 1 << 20]
/** So much in a row without one sound frame is no wave stream at all: pieces, bytes. */
const notAStream = { pieces: 200, bytes: 1 << 20 }

/** One front end: connected for ever, its bytes made into blocks and handed on at once. Nothing is kept here but what is unfinished. */
export const createWaveSource = (settings: WaveSourceSettings, deps: WaveSourceDeps) => {
  const { source, host, port } = settings
  const { clock, log, random, onNotice } = deps
  const channel = createTcpChannel(host, port, habits, 'wave')
  const decoder = createWaveDecoder(source)
  const rate = createArrivalRate()
  let lastFrameMs: number | null = null
  let heardMs = 0
  let stampMs: number | null = null
  let waitingBytes = 0
  let notAnalysed = 0
  let isPaused = false
  let stopLook: Stop = () => undefined

  const hold = (): void => {
    const wants = isPaused ? waitingBytes > resumeBelowBytes : waitingBytes > pauseAboveBytes
    if (wants === isPaused) return
    isPaused = wants
    if (wants) channel.pause()
    else channel.resume()
  }
  const takeBlock = (block: WaveBlock): void => {
    const samples = lengthOf(block)
    lastFrameMs = clock.nowMs()
    stampMs = block.t0 + (samples / block.rateHz) * 1000 - lastFrameMs
    rate.add(samples)
    connection.proven()
    const bytes = bytesOf(block)
    if (deps.take(block)) waitingBytes += bytes
    else notAnalysed += samples
  }
  const connection = createConnection(
    channel,
    { clock, log, random },
    {
      up: () => {
        decoder.reconnected()
        heardMs = clock.monotonicMs()
        isPaused = false
        onNotice({ kind: 'connected', source, where: channel.where })
      },
      down: (problem) => {
        rate.reset()
        deps.ended()
        onNotice({ kind: 'lost', source, problem: lineProblemText(problem) })
      },
      data: (bytes) => {
        heardMs = clock.monotonicMs()
        for (const news of decoder.push(bytes)) {
          if (news.kind === 'block') takeBlock(news.block)
          else onNotice({ ...news, source })
        }
        hold()
        const bad = decoder.badInRow()
        if (bad.pieces > notAStream.pieces || bad.bytes > notAStream.bytes)
          void connection.reopen({ kind: 'no-wave-stream', where: channel.where })
      },
    },
    backOff,
  )
  const look = (): void => {
    rate.tick(clock.monotonicMs())
    if (connection.isConnected() && !isPaused && clock.monotonicMs() - heardMs > silentMs)
      void connection.reopen({ kind: 'nothing-sent', where: channel.where, forMs: silentMs })
    stopLook = clock.after(lookMs, look)
  }

  const said = ({ problem, ...status }: ReturnType<typeof connection.status>) => ({
    ...status,
    problem: problem === null ? null : lineProblemText(problem),
  })

  return {
    start: (): void => {
      connection.start()
      look()
    },
    /** So much of what was handed on is done. */
    done: (bytes: number): void => {
      waitingBytes = Math.max(0, waitingBytes - bytes)
      hold()
    },
    /** Whoever had what was handed on is gone, and with it what waited. */
    forgotten: (): void => {
      waitingBytes = 0
      hold()
    },
    health: (): WaveSourceHealth => ({
      ...said(connection.status()),
      lastFrameMs,
      description: decoder.description(),
      counts: decoder.counts(),
      samplesPerS: rate.perSecond(),
      stampAgainstClockMs: stampMs,
      waitingBytes,
      notAnalysed,
    }),
    close: async (): Promise<void> => {
      stopLook()
      await connection.close()
    },
  }
}
export type WaveSource = ReturnType<typeof createWaveSource>
