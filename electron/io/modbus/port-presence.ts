import { stat } from 'node:fs/promises'

const everyMs = 1000

/** What stays the same while an adapter stays plugged in. */
const nodeOf = async (path: string): Promise<number | 'gone' | 'not told'> => {
  try {
    return (await stat(path)).ino
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'not told'
  }
}

/**
 * Calls `gone` once when the device file of an open port is no longer there, or is another one. A port whose adapter is
 * pulled reads as "nothing yet" for ever (Linux gives an end of file that is no end for a terminal), and serialport asks
 * again and again; only a write would show the loss, and a line that only listens never writes.
 * On Windows a port has no file: there reads fail by themselves. Returns what ends the watch.
 */
export const watchPresence = (path: string, gone: () => void): (() => void) => {
  if (process.platform === 'win32') return () => undefined
  let opened: number | null = null
  let isEnded = false
  const look = async (): Promise<void> => {
    const node = await nodeOf(path)
    if (isEnded || node === 'not told') return
    if (node !== 'gone' && (opened === null || node === opened)) {
      opened = node
      return
    }
    end()
    gone()
  }
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  const end = (): void => {
    isEnded = true
    clearInterval(timer)
  }
  void look()
  return end
}
