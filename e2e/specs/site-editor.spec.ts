import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '../fixtures/app.ts'
import { Shell } from '../pages/shell.ts'

// It changes the site file: nothing else may run on this site.
test.use({ siteOfItsOwn: 'site-editor' })

test('the site is changed on the screen: checked as it is typed, undone, reviewed, saved and opened anew', async ({
  app,
}) => {
  test.setTimeout(120_000)
  const shell = new Shell(app)
  await shell.open('Site editor')
  const tree = app.getByRole('navigation', { name: 'The site' })
  await tree.getByRole('button', { name: /^Feeder 1/ }).click()
  const form = app.getByRole('region', { name: 'Circuit' })
  const rating = form.getByLabel('Rated current, A')
  const before = await rating.inputValue()

  await rating.fill('-5')
  await expect(form).toContainText(/expected amperes > 0/)
  await expect(app.getByRole('button', { name: 'Review and save' })).toBeDisabled()
  await app.getByRole('button', { name: 'Undo' }).click()
  await expect(rating).toHaveValue(before)

  await app.getByRole('button', { name: 'Add a circuit' }).click()
  const added = app.getByRole('region', { name: 'Circuit' })
  await added.getByLabel('Name').fill('Bay for vans')
  await added.getByRole('button', { name: 'Add its breaker' }).click()
  await added.getByLabel('Rated current, A').fill('25')
  await added.getByLabel(/^Other load/).fill('0')
  await expect(tree.getByRole('button', { name: /^Bay for vans/ })).toContainText('C25 A')

  // A line that is connected otherwise asks for what it needs, and keeps nothing that has no field.
  await app.getByRole('button', { name: 'Add a line' }).click()
  const line = app.getByRole('region', { name: 'Line', exact: true })
  await line.getByLabel('How it is connected').selectOption({ label: 'Modbus RTU on a serial port (RS-485)' })
  await expect(line.getByLabel('Speed, baud')).toHaveValue('9600')
  await line.getByLabel('Serial port').fill('/dev/ttyUSB7')
  await expect(app.getByRole('region', { name: 'Problems of the draft' })).not.toContainText('lines')
  await line.getByRole('button', { name: 'Remove' }).click()

  // A feed is an entry like any other: checked as it is typed, and its password only where it is kept.
  await app.getByRole('button', { name: 'Add a data feed' }).click()
  const feed = app.getByRole('region', { name: 'Data feed' })
  await feed.getByLabel('What it is').selectOption({ label: 'messages to an MQTT broker' })
  await feed.getByLabel('Broker', { exact: true }).fill('mqtt://ann:hunter2@10.0.0.2')
  await expect(feed).toContainText('mqtt://HOST:PORT')
  await feed.getByLabel('Its password').selectOption({ label: 'in an environment variable' })
  await expect(feed.getByLabel('Name of the environment variable')).not.toHaveValue('')
  await feed.getByLabel('What it is').selectOption({ label: 'registers over Modbus TCP, read-only' })
  await feed.getByLabel('TCP port').fill('15020')
  await expect(app.getByRole('region', { name: 'Problems of the draft' })).not.toContainText('feeds')

  // A draft outlives the page: nothing is lost by a crash in the middle.
  await app.reload()
  await expect(tree.getByRole('button', { name: /^Bay for vans/ })).toBeVisible()

  await app.getByRole('button', { name: 'Review and save' }).click()
  const dialog = app.getByRole('dialog', { name: 'Save the site file' })
  await expect(dialog.getByRole('row', { name: /circuits\.circuit/ })).toContainText('Bay for vans')
  await dialog.getByLabel('Who').fill('E. Engineer')
  await dialog.getByLabel('Reason').fill('new bay')
  await dialog.getByRole('button', { name: 'Save and open anew' }).click()
  await expect(dialog).toBeHidden()
  await expect(app.getByTestId('connection')).toContainText('Connected')

  await shell.open('Events and dips')
  await expect(app.getByText(/E. Engineer changed the site file: .*circuits\.circuit/).first()).toBeVisible({
    timeout: 30_000,
  })

  await shell.open('Data feeds')
  await expect(app.getByRole('row', { name: /127\.0\.0\.1:15020/ })).toContainText('open', { timeout: 30_000 })
})

test('a file that someone else changed meanwhile: both changes where they fit, nothing written where they do not', async ({
  app,
  simulator: { siteFile },
}) => {
  test.setTimeout(120_000)
  const byOther = (from: RegExp, to: string) => {
    const text = readFileSync(siteFile, 'utf8')
    expect(text).toMatch(from)
    writeFileSync(siteFile, text.replace(from, to))
  }
  /** The band lies over the view while the mouse is in it: it must have its room before anything below it is pressed. */
  const bandIsThere = async () => {
    await app.mouse.move(2, 2)
    await expect(app.getByText('The site file was changed', { exact: true })).toBeVisible({ timeout: 30_000 })
  }
  const fill = async (value: string) => {
    await tree.getByRole('button', { name: /^Feeder 1/ }).click()
    await app.getByRole('region', { name: 'Circuit' }).getByLabel('Rated current, A').fill(value)
  }
  await new Shell(app).open('Site editor')
  const tree = app.getByRole('navigation', { name: 'The site' })
  await fill('63')
  byOther(/name: Feeder 2, south hall/, 'name: South hall # renamed by the electrician')
  await bandIsThere()
  await app.getByRole('button', { name: 'Review and save' }).click()
  const dialog = app.getByRole('dialog', { name: 'Save the site file' })
  await expect(dialog).toContainText('was changed by someone else')
  await expect(dialog.getByRole('button', { name: 'Save and open anew' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Go on editing' }).click()
  await expect(app.getByRole('table', { name: 'Their changes' })).toContainText('South hall')
  await app.getByRole('button', { name: 'Take their changes into the draft' }).click()
  await expect(tree.getByRole('button', { name: /^South hall/ })).toBeVisible()
  await expect(app.getByRole('table', { name: 'Their changes' })).toBeHidden()

  byOther(/rating: 80/, 'rating: 50')
  await bandIsThere()
  await app.getByRole('button', { name: 'Review and save' }).click()
  await dialog.getByRole('button', { name: 'Go on editing' }).click()
  const both = app.getByRole('row', { name: /circuits\.feeder-1\.breaker\.rating/ }).first()
  await expect(both).toHaveText(/80\s*63\s*50/)
  await expect(app.getByRole('button', { name: 'Take their changes into the draft' })).toBeHidden()
  await fill('50')
  await app.getByRole('button', { name: 'Take their changes into the draft' }).click({ trial: true })
  await fill('80')
  await app.getByRole('button', { name: 'Take their changes into the draft' }).click()
  // What is left of ours is what the file says: nothing to save.
  await expect(app.getByRole('button', { name: 'Discard' })).toBeDisabled()
  expect(readFileSync(siteFile, 'utf8')).toContain('name: South hall # renamed by the electrician')
})
