import { Button } from '@mantine/core'

/** The ways out of a dialog with a form: without having done anything, or with what the button says. */
export const DialogActs = ({
  button,
  isReady,
  close,
  color,
}: {
  readonly button: string
  /** All that is needed is there, and nothing is on its way. */
  readonly isReady: boolean
  readonly close: () => void
  /** `control`: it changes what chargers do. */
  readonly color?: 'control'
}) => (
  <div className="row">
    <span className="grow" />
    <Button variant="default" onClick={close}>
      Cancel
    </Button>
    <Button type="submit" disabled={!isReady} {...(color === undefined ? {} : { color })}>
      {button}
    </Button>
  </div>
)
