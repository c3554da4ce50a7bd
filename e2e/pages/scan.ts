import { expect, type Locator, type Page } from 'playwright/test'

const who = 'Test engineer'

/** The view that finds devices. */
export class Scan {
  readonly #page: Page
  constructor(page: Page) { this.#page = page }

  get phase(): Locator { return this.#page.getByTestId('scan-phase') }
  get done(): Locator { return this.#page.getByTestId('scan-done') }
  get finds(): Locator { return this.#page.getByRole('region', { name: 'Found devices', exact: true }) }
  get troubles(): Locator { return this.#page.getByRole('region', { name: 'Not found, and why', exact: true }) }
  find(unit: number): Locator { return this.finds.locator(`tr[data-unit="${unit}"]`) }
  async count(): Promise<number> { return Number.parseInt(await this.done.textContent() ?? '', 10) }

  async #choose(what: string): Promise<Locator> {
    const form = this.#page.getByRole('form', { name: 'Where to look' })
    await form.getByText(what, { exact: true }).click()
    await form.getByLabel('Who').fill(who)
    return form
  }
  async searchLine(line: string, units: string): Promise<void> {
    const form = await this.#choose('A line of the site')
    await form.getByRole('combobox', { name: 'Line of the site' }).selectOption(line)
    await form.getByRole('textbox', { name: 'Unit ids' }).fill(units)
    await form.getByRole('button', { name: 'Search' }).click()
  }
  async searchNetwork(addresses: string, ports: string, units: string): Promise<void> {
    const form = await this.#choose('Network addresses')
    await form.getByRole('textbox', { name: 'Addresses' }).fill(addresses)
    await form.getByRole('textbox', { name: 'Ports' }).fill(ports)
    await form.getByRole('textbox', { name: 'Unit ids' }).fill(units)
    await form.getByRole('button', { name: 'Search' }).click()
  }
  async cancel(): Promise<void> {
    await this.#page.getByRole('region', { name: 'Progress' }).getByRole('button', { name: 'Cancel' }).click()
    await expect(this.phase).toHaveText('Cancelled')
  }
  async goOn(): Promise<void> { await this.#page.getByRole('button', { name: 'Go on' }).click() }

  async add(unit: number, entry: { readonly id: string; readonly name: string; readonly circuit: string }): Promise<void> {
    await this.find(unit).getByRole('button', { name: /^Add/ }).click()
    const dialog = this.#page.getByRole('dialog', { name: 'Add to the site' })
    await dialog.getByRole('textbox', { name: 'Id', exact: true }).fill(entry.id)
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(entry.name)
    await dialog.getByLabel('Circuit it measures').selectOption(entry.circuit)
    await dialog.getByLabel('Who').fill(who)
    await dialog.getByRole('button', { name: 'Add to the site' }).click()
  }
}
