import { ocppOf } from '../../shared/site/charger-connection.ts'
import { expect, test } from '../fixtures/app.ts'
import { Control } from '../pages/control.ts'
import { Shell } from '../pages/shell.ts'

/** One charger of the depot speaks OCPP 1.6, another 2.0.1; both are clients of the simulator's own process. */
test('chargers over OCPP in both versions are seen, limited and read back, and one that is gone is not taken for known', async ({
  app,
  simulator,
}) => {
  test.setTimeout(240_000)
  const control = new Control(app)
  const shell = new Shell(app)
  const chargers = simulator.site.chargers.filter((charger) => ocppOf(charger) !== null)
  expect(chargers.map((charger) => ocppOf(charger)?.version).sort()).toEqual(['1.6', '2.0.1'])

  await shell.open('Meter health')
  await expect(
    app.getByRole('region', { name: 'Lines' }).getByRole('row', { name: /Chargers over OCPP/ }),
  ).toContainText('connected')
  const devices = app.getByRole('region', { name: 'Devices' })
  for (const charger of chargers) {
    await expect(devices.getByRole('row', { name: new RegExp(charger.name ?? charger.id) })).toContainText(
      /answers|degraded/,
    )
    await expect(devices).toContainText(`OCPP ${ocppOf(charger)?.version ?? ''} from 127.0.0.1`)
  }

  // A full site pauses the car that comes last, for a minute at least: these chargers get room before they are tried.
  const others = simulator.site.chargers.filter((charger) => ocppOf(charger) === null).slice(0, 4)
  for (const { id } of others) await simulator.unplug(id)
  for (const { id } of chargers) await simulator.plug(id)

  await shell.open('Load control')
  await control.arm('chargers over OCPP in the test')
  try {
    for (const { id, name = id } of chargers) {
      await expect(control.cell(id, 'last write')).toContainText('verified', { timeout: 30_000 })
      await expect(control.cell(id, 'target'), 'room for it').toHaveText(/^([7-9]|\d\d)(\.\d)?$/, { timeout: 90_000 })
      await control.override(id, { amperes: 7, minutes: 5, reason: 'as little as it takes' })
      await expect(app.getByTestId('override-progress')).toContainText('verified', { timeout: 30_000 })
      await app.getByRole('button', { name: 'Close' }).last().click()
      await expect(control.cell(id, 'read back')).toHaveText(/^7(\.0)?$/)
      expect((await simulator.state()).chargers[id]?.inForceA, 'what the charger itself holds').toBe(7)
      await control.endOverride(name, 'the test goes on')
    }
    const [first] = chargers
    if (first === undefined) throw new Error('the scenario has no charger over OCPP')
    await simulator.fault('ocpp-offline', first.id)
    await expect(control.row(first.id)).toContainText(/not been read|unknown|lost|offline/, { timeout: 20_000 })
  } finally {
    await simulator.clearFaults()
    await control.disarm()
    for (const { id } of others) await simulator.plug(id)
  }
})
