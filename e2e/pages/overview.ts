import type { Locator, Page } from 'playwright/test'

/** The overview in either of its forms. Nodes are named by their id in the site file. */
export class Overview {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  /** What has tripped, what is nearest to it, or that nothing is known. */
  get headline(): Locator {
    return this.#page.getByTestId('headline')
  }
  get gridNode(): Locator {
    return this.#page.getByTestId('grid-node')
  }
  get detail(): Locator {
    return this.#page.getByTestId('charger-detail')
  }
  get filter(): Locator {
    return this.#page.getByLabel('Filter by name')
  }
  circuit(id: string): Locator {
    return this.#page.locator(`[data-circuit="${id}"]`)
  }
  charger(id: string): Locator {
    return this.#page.locator(`[data-charger="${id}"]`)
  }
  fold(id: string): Locator {
    return this.#page.locator(`[data-fold="${id}"]`)
  }
  button(name: string): Locator {
    return this.#page.getByRole('main').getByRole('button', { name, exact: true })
  }

  /** How far the view is wider than the place it has, px. */
  overflow(): Promise<number> {
    return this.#page.getByRole('main').evaluate((main) => main.scrollWidth - main.clientWidth)
  }
}
