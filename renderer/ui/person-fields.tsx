import { TextInput } from '@mantine/core'

/** Same bounds as the contract: a name of 1-80 characters, a reason of 3-400. */
export const goodPerson = (who: string): boolean => who.trim().length >= 1 && who.trim().length <= 80
export const goodReason = (reason: string): boolean => reason.trim().length >= 3 && reason.trim().length <= 400

export const WhoField = ({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}) => (
  <TextInput
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
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}) => (
  <TextInput
    label="Reason"
    description="At least three characters; goes into the audit trail"
    required
    maxLength={400}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
