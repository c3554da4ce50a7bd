import { screen, type BrowserWindow, type Rectangle } from 'electron'
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Log } from '../core/ports.ts'
import { readOwnFileSync } from '../io/regular-file.ts'

const side = z.number().int().min(200).max(20_000)
const place = z.number().int().min(-20_000).max(20_000)
const stateSchema = z.object({ x: place, y: place, width: side, height: side, maximized: z.boolean() })
export type WindowState = z.infer<typeof stateSchema>

/** Room for every view, and no larger than the screen leaves. */
const fresh = () => {
  const { width, height } = screen.getPrimaryDisplay().workAreaSize
  return { width: Math.min(1440, width), height: Math.min(900, height), maximized: false }
}

/** Enough of the title bar on some screen for a person to grab it. */
const isReachable = (bounds: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea }) => {
    const shown = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
    return shown >= 100 && bounds.y >= workArea.y && bounds.y <= workArea.y + workArea.height - 40
  })

/** The size and place of the last time, or a fresh one where the file is missing, wrong, or its screen is gone. */
export const readWindowState = (
  file: string,
): { width: number; height: number; x?: number; y?: number; maximized: boolean } => {
  let raw: unknown = null
  try {
    raw = JSON.parse(readOwnFileSync(file) ?? '')
  } catch {
    // No file yet, or one cut short by a power failure, which is as good as none.
  }
  const state = stateSchema.safeParse(raw)
  return state.success && isReachable(state.data) ? state.data : fresh()
}

export const keepWindowState = (window: BrowserWindow, file: string, log: Log): void => {
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeFileSync(file, JSON.stringify(state))
    } catch (error) {
      log.warn('the size of the window could not be kept', { error: String(error) })
    }
  })
}
