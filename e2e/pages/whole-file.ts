import { existsSync, statSync } from 'node:fs'
import { expect } from 'playwright/test'

/** Waits for a file that the desktop way saves: it is there before it is whole, so its size has to stand still for a while. */
export const wholeFile = async (path: string): Promise<void> => {
  let before = 0
  await expect(async () => {
    const now = existsSync(path) ? statSync(path).size : 0
    const isStill = now > 0 && now === before
    before = now
    expect(isStill).toBe(true)
  }).toPass({ intervals: [300], timeout: 20_000 })
}
