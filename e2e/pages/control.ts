import { expect, type Locator, type Page } from 'playwright/test'

const who = 'Test engineer'

/** The load control view. Chargers are named by their id in the site file. */
export class Control {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  row(chargerId: string): Locator {
    return this.#page.locator(`tr[data-charger="${chargerId}"]`)
  }
  /** Columns of the allocation: 1 status, 2 target, 3 read back, 4 last write, 6 bound by, 7 why. */
  cell(chargerId: string, column: 'target' | 'read back' | 'last write' | 'bound by' | 'why'): Locator {
    const index = { target: 1, 'read back': 2, 'last write': 3, 'bound by': 5, why: 6 }[column]
    return this.row(chargerId).getByRole('cell').nth(index)
  }
  get overrides(): Locator {
    return this.#page.getByRole('region', { name: 'Overrides' })
  }

  async #confirm(dialogName: string, button: string, reason: string): Promise<void> {
    const dialog = this.#page.getByRole('dialog', { name: dialogName })
    await dialog.getByLabel('Who').fill(who)
    await dialog.getByLabel('Reason').fill(reason)
    await dialog.getByRole('button', { name: button, exact: true }).click()
    await expect(dialog).toBeHidden()
  }

  async arm(reason: string): Promise<void> {
    await this.#page.getByRole('button', { name: 'Arm …' }).click()
    await this.#confirm('Arm load control', 'Arm', reason)
    await expect(this.#page.getByTestId('control-mode')).toContainText(`ARMED by ${who}`)
  }

  async disarm(): Promise<void> {
    const mode = this.#page.getByTestId('control-mode')
    await expect(mode).toBeVisible()
    if (!((await mode.textContent()) ?? '').includes('ARMED')) return
    await this.#page.getByRole('button', { name: 'Disarm …' }).click()
    await this.#confirm('Disarm load control', 'Disarm', 'the test is over')
    await expect(mode).toContainText('Monitoring')
  }

  /** Sets an override through the dialog, past its confirmation; `read` gets the words a person confirms. */
  async override(
    chargerId: string,
    request: { amperes: number; minutes: number; reason: string },
    read: (text: string) => void = () => undefined,
  ): Promise<void> {
    await this.row(chargerId)
      .getByRole('button', { name: /^Override/ })
      .click()
    const dialog = this.#page.getByRole('dialog')
    await dialog.getByLabel('Limit, A per phase').fill(String(request.amperes))
    await dialog.getByLabel('Duration, min').fill(String(request.minutes))
    await dialog.getByLabel('Reason').fill(request.reason)
    await dialog.getByLabel('Who').fill(who)
    await dialog.getByRole('button', { name: 'Review' }).click()
    read((await dialog.getByTestId('override-confirm').textContent()) ?? '')
    await dialog.getByRole('button', { name: 'Set override' }).click()
  }

  async endOverride(chargerName: string, reason: string): Promise<void> {
    await this.#page.getByRole('button', { name: `End the override of ${chargerName}` }).click()
    await this.#confirm(`End the override of ${chargerName}`, 'End override', reason)
  }
}
