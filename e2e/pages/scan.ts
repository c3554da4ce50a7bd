import { expect, type Locator, type Page } from 'playwright/test'

const who = 'Test engineer'

/** The view that finds devices. */
export class Scan {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  get phase(): Locator {
    return this.#page.getByTestId('scan-phase')
  }
  get done(): Locator {
    return this.#page.getByTestId('scan-done')
  }
  get finds(): Locator {
    return this.#page.getByRole('region', { name: 'Found devices', exact: true })
  }
  get troubles(): Locator {
    return this.#page.getByRole('region', { name: 'Not found, and why', exact: true })
  }
  find(unit: number): Locator {
    return this.finds.locator(`tr[data-unit="${unit}"]`)
  }
  async count(): Promise<number> {
    return Number.parseInt((await this.done.textContent()) ?? '', 10)
  }

  async #choose(what: string): Promise<Locator> {
    const form = this.#page.getByRole('form', { name: 'Where to look' })
    await form.getByText(what, { exact: true }).click()
    await form.getByLabel('Who').fill(who)
    return form
  }
  /** Starts the search and waits until it is this one that is shown: the one before stays on the screen until then. */
  async #search(form: Locator): Promise<void> {
    const progress = this.#page.getByRole('region', { name: 'Progress' })
    const before = (await progress.count()) === 0 ? '' : ((await progress.getAttribute('data-started')) ?? '')
    await form.getByRole('button', { name: 'Search' }).click()
    await expect(progress).toHaveAttribute('data-started', /./)
    if (before !== '') await expect(progress).not.toHaveAttribute('data-started', before)
  }
  async searchLine(line: string, units: string): Promise<void> {
    const form = await this.#choose('A line of the site')
    await form.getByRole('combobox', { name: 'Line of the site' }).selectOption(line)
    await form.getByRole('textbox', { name: 'Unit ids' }).fill(units)
    await this.#search(form)
  }
  async searchNetwork(addresses: string, ports: string, units: string): Promise<void> {
    const form = await this.#choose('Network addresses')
    await form.getByRole('textbox', { name: 'Addresses' }).fill(addresses)
    await form.getByRole('textbox', { name: 'Ports' }).fill(ports)
    await form.getByRole('textbox', { name: 'Unit ids' }).fill(units)
    await this.#search(form)
  }
  /** A line of the site with an M-Bus on it. */
  async searchMbusLine(line: string, by: string, addresses?: string): Promise<void> {
    const form = await this.#choose('A line of the site')
    await form.getByRole('combobox', { name: 'Line of the site' }).selectOption(line)
    await this.#searchMbus(form, by, addresses)
  }
  /** A converter the site knows nothing of, or by its address only. */
  async searchMbusConverter(address: string, port: number, by: string, addresses?: string): Promise<void> {
    const form = await this.#choose('An M-Bus')
    await form.getByRole('textbox', { name: 'Address', exact: true }).fill(address)
    await form.getByRole('textbox', { name: 'Port', exact: true }).fill(String(port))
    await this.#searchMbus(form, by, addresses)
  }
  async #searchMbus(form: Locator, by: string, addresses?: string): Promise<void> {
    await form.getByRole('combobox', { name: 'Search by' }).selectOption({ label: by })
    if (addresses !== undefined) await form.getByRole('textbox', { name: 'Addresses' }).fill(addresses)
    await this.#search(form)
  }
  findMbus(number: string): Locator {
    return this.finds.locator(`tr[data-mbus="${number}"]`)
  }
  async cancel(): Promise<void> {
    await this.#page.getByRole('region', { name: 'Progress' }).getByRole('button', { name: 'Cancel' }).click()
    await expect(this.phase).toHaveText('Cancelled')
  }
  async goOn(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Go on' }).click()
  }

  async open(found: Locator): Promise<Locator> {
    await found.getByRole('button', { name: /^Add/ }).click()
    return this.#page.getByRole('dialog', { name: 'Add to the site' })
  }
  async add(
    found: Locator,
    entry: { readonly id: string; readonly name: string; readonly circuit?: string; readonly line?: string },
  ): Promise<void> {
    const dialog = await this.open(found)
    await dialog.getByRole('textbox', { name: 'Id', exact: true }).fill(entry.id)
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(entry.name)
    if (entry.line !== undefined) await dialog.getByRole('textbox', { name: 'Id of the new line' }).fill(entry.line)
    if (entry.circuit !== undefined) await dialog.getByLabel('Circuit it measures').selectOption(entry.circuit)
    await dialog.getByLabel('Who').fill(who)
    await dialog.getByRole('button', { name: 'Add to the site' }).click()
  }
}
