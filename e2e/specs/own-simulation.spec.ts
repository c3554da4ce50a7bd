import { expect, test } from 'playwright/test'
import { startHost, type HostOptions } from '../fixtures/host.ts'

test('without a site file the program starts the simulated site by itself and ends it with itself', async ({}, {
  project,
}) => {
  const { host } = project.use as HostOptions
  const program = await startHost(host, null)
  try {
    await expect(program.page.locator('[data-circuit] .load-now').first()).toHaveText(/^\d+(\.\d+)?$/)
    await expect(program.page.getByRole('navigation', { name: 'Views' })).toContainText('simulated')
  } finally {
    await program.close()
  }
})
