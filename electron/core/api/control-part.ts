import type { controlContract } from '../../../shared/api/control-contract.ts'
import type { Part } from '../part.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import type { SiteFold } from '../site/site.ts'

/** The intents of the load control. The controller is started, stopped and stepped by the core itself. */
export const createControlPart = (
  { intend }: Pick<SiteRunner, 'intend'>,
  previewOverride: SiteFold['previewOverride'],
): Part<typeof controlContract> => ({
  name: 'the load control',
  handlers: {
    'control.arm': (input) => intend('control.arm', input),
    'control.disarm': (input) => intend('control.disarm', input),
    'control.writeFallback': (input) => intend('control.writeFallback', input),
    'override.set': (input) => intend('override.set', input),
    'override.preview': async (input) => previewOverride(input),
    'override.renew': (input) => intend('override.renew', input),
    'override.cancel': (input) => intend('override.cancel', input),
  },
})
