import { TextInput } from '@mantine/core'

/** Mantine's dialogs give the focus to the field that carries this: the first one still to be filled in. */
export const focusFirst = { 'data-autofocus': true } as const

/** Same bounds as the contract: a name of 1-80 characters, a reason of 3-400. */
export const goodPerson = (who: string): boolean => who.trim().length >= 1 && who.trim().length <= 80
export const goodReason = (reason: string): boolean => reason.trim().length >= 3 && reason.trim().length <= 400

export const WhoField = ({
  value,
  onChange,
  isFirst = false,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Whether a dialog begins here. */
  readonly isFirst?: boolean
}) => (
  <TextInput
    {...(isFirst ? focusFirst : {})}
    label="Who"
    description="Goes into the audit trail"
    required
    maxLength={80}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
export const ReasonField = ({
  value,
  onChange,
  isFirst = false,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Whether a dialog begins here. */
  readonly isFirst?: boolean
}) => (
  <TextInput
    {...(isFirst ? focusFirst : {})}
    label="Reason"
    description="At least three characters; goes into the audit trail"
    required
    maxLength={400}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
