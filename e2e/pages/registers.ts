import { expect, type Locator, type Page } from 'playwright/test'

/** The register explorer. Registers are named by their address on the wire. */
export class Registers {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  get #form(): Locator {
    return this.#page.getByRole('form', { name: 'What to read' })
  }
  get status(): Locator {
    return this.#page.getByTestId('reading-status')
  }
  get profile(): Locator {
    return this.#page.getByRole('region', { name: 'Make a profile' })
  }
  get habits(): Locator {
    return this.#page.getByRole('region', { name: 'Habits of the device' })
  }
  get saved(): Locator {
    return this.#page.getByTestId('saved-profile')
  }
  row(address: number): Locator {
    return this.#page.locator(`tr[data-register="${String(address)}"]`)
  }
  /** The explanation beside the likely value: coding, meaning, neighbours. */
  likely(address: number): Locator {
    return this.row(address).locator('.explore-likely')
  }
  assigned(quantity: string): Locator {
    return this.#page.locator(`tr[data-quantity="${quantity}"]`)
  }

  async where(where: {
    line: string
    address?: string
    unit: number
    functionCode: 3 | 4
    first: string
    count: number
  }): Promise<void> {
    const stop = this.#form.getByRole('button', { name: 'Stop' })
    if (await stop.isVisible()) await stop.click()
    await this.#form.getByLabel('Line').selectOption(where.line)
    if (where.address !== undefined) await this.#form.getByLabel('Address').fill(where.address)
    await this.#form.getByLabel('Unit').fill(String(where.unit))
    await this.#form.getByLabel('Function').selectOption(String(where.functionCode))
    await this.#form.getByLabel('From register').fill(where.first)
    await this.#form.getByLabel('How many').fill(String(where.count))
  }
  async readOnce(): Promise<void> {
    await this.#form.getByRole('button', { name: 'Read once' }).click()
  }
  async watch(): Promise<void> {
    await this.#form.getByRole('button', { name: 'Watch' }).click()
  }
  async stop(): Promise<void> {
    await this.#form.getByRole('button', { name: 'Stop' }).click()
  }
  async measure(): Promise<void> {
    await this.#form.getByRole('button', { name: 'Measure habits' }).click()
  }

  /** Gives the register the quantity; its coding and scale are those the explorer holds likely. */
  async assign(address: number, quantity: string): Promise<void> {
    await this.row(address).getByRole('rowheader').getByRole('button').click()
    const panel = this.#page.getByRole('form', { name: 'Give this register a quantity' })
    await panel.getByLabel('Quantity').selectOption(quantity)
    await panel.getByRole('button', { name: 'Assign' }).click()
    await expect(this.assigned(quantity)).toBeVisible()
  }
  async displayShows(quantity: string, text: string): Promise<void> {
    await this.assigned(quantity).getByRole('textbox').fill(text)
  }

  async describe(make: string, model: string): Promise<void> {
    await this.profile.getByLabel('Make', { exact: false }).first().fill(make)
    await this.profile.getByLabel('Model', { exact: false }).first().fill(model)
    await this.profile.getByLabel('Who').first().fill('Test engineer')
  }
  get save(): Locator {
    return this.profile.getByRole('button', { name: 'Save profile' })
  }
}
