import { expect, type Page } from 'playwright/test'

/** Every view with the key that opens it. */
export const views = [
  { name: 'Overview', key: '1', route: 'overview' },
  { name: 'Meters', key: '2', route: 'meters' },
  { name: 'Waveforms', key: 'w', route: 'waves' },
  { name: 'Power quality', key: 'q', route: 'quality' },
  { name: 'Alarms', key: '3', route: 'alarms' },
  { name: 'Trips', key: 'i', route: 'trips' },
  { name: 'Load control', key: '4', route: 'control' },
  { name: 'Demand', key: 'e', route: 'demand' },
  { name: 'Energy', key: 'g', route: 'energy' },
  { name: 'Events and dips', key: '5', route: 'events' },
  { name: 'History', key: '6', route: 'history' },
  { name: 'Meter health', key: '7', route: 'health' },
  { name: 'Find devices', key: 'f', route: 'scan' },
  { name: 'Breaker curves', key: 'b', route: 'curve' },
  { name: 'Line doctor', key: 'd', route: 'doctor' },
  { name: 'Commissioning', key: 'c', route: 'commissioning' },
  { name: 'Acceptance', key: 'v', route: 'acceptance' },
  { name: 'Maintenance', key: 'm', route: 'maintenance' },
  { name: 'Registers', key: 'r', route: 'registers' },
  { name: 'Data feeds', key: 'u', route: 'feeds' },
  { name: 'Sites', key: 's', route: 'sites' },
  { name: 'Site editor', key: 'n', route: 'site' },
  { name: 'Snapshots', key: '8', route: 'snapshots' },
  { name: 'Compare', key: 'x', route: 'compare' },
  { name: 'Settings', key: '9', route: 'settings' },
] as const
export type ViewName = (typeof views)[number]['name']

/** What surrounds every view: the rail with its links and the bar that tells the truth. */
export class Shell {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  async open(name: ViewName): Promise<void> {
    await this.#page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()
    await this.isAt(name)
  }

  async isAt(name: ViewName): Promise<void> {
    await expect(this.#page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name })).toHaveAttribute(
      'aria-current',
      'page',
    )
    await expect(this.#page.getByRole('heading', { level: 1 })).toBeVisible()
  }

  get controlMode() {
    return this.#page.getByTestId('control-mode')
  }
  get alarmState() {
    return this.#page.getByTestId('alarm-state')
  }
  get overrideCount() {
    return this.#page.getByTestId('override-count')
  }
}
