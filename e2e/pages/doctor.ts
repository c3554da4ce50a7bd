import { expect, type Locator, type Page } from 'playwright/test'

/** The line doctor of one line. */
export class Doctor {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  async open(lineId: string): Promise<void> {
    await this.#page.getByLabel('Line', { exact: true }).selectOption(lineId)
    await expect(this.timeline).toBeVisible()
  }
  get timeline(): Locator {
    return this.#page.getByRole('region', { name: 'Timeline' }).getByRole('img')
  }
  get exchanges(): Locator {
    return this.timeline.locator('[data-seq]')
  }
  get devices(): Locator {
    return this.#page.getByRole('region', { name: 'Devices' })
  }
  get calculator(): Locator {
    return this.#page.getByRole('region', { name: 'Calculator' })
  }
  get frames(): Locator {
    return this.#page.getByRole('region', { name: 'Raw frames' })
  }
  get rows(): Locator {
    return this.frames.getByRole('region', { name: 'Frames, newest first' }).locator('tbody tr')
  }
  sign(kind: string): Locator {
    return this.#page.locator(`tr[data-sign="${kind}"]`)
  }
}
