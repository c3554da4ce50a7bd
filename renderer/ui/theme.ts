import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

/** Primary actions are a sober blue-grey: strong colour is kept for what is abnormal. */
const steel: MantineColorsTuple = [
  '#eef2f6',
  '#dde4ea',
  '#bfcbd6',
  '#9db0c1',
  '#7e97ac',
  '#5f7d96',
  '#3d5f7c',
  '#2f4f6b',
  '#244058',
  '#1a3145',
]
/** Everything that controls (arm, override) is violet, nowhere else used. */
const control: MantineColorsTuple = [
  '#f3edfd',
  '#e3d6fa',
  '#cfb8f5',
  '#b898ef',
  '#a27be9',
  '#8b5ce0',
  '#6d35c4',
  '#5a1fb0',
  '#4b1894',
  '#3b1277',
]
const alarm: MantineColorsTuple = [
  '#ffeceb',
  '#ffd5d2',
  '#ffaea9',
  '#ff857d',
  '#f95f55',
  '#e23f35',
  '#c4261d',
  '#b3130c',
  '#930f09',
  '#720b06',
]

/** Mantine's dark greys, replaced by those of our tokens (0 text … 9 deepest). */
const dark: MantineColorsTuple = [
  '#e8eaec',
  '#c9ced3',
  '#a7b0b8',
  '#89949e',
  '#667079',
  '#3c444b',
  '#22272b',
  '#1a1e21',
  '#15181b',
  '#111416',
]

export const theme = createTheme({
  colors: { dark, steel, control, alarm },
  primaryColor: 'steel',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: 'var(--ts-font)',
  fontFamilyMonospace: 'var(--ts-mono)',
  defaultRadius: 3,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '12.5px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 0 } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    // Its scroll lock adds a style element without the nonce; the page itself never scrolls, only the view in it.
    Modal: {
      defaultProps: {
        transitionProps: { duration: 0 },
        centered: true,
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Popover: { defaultProps: { transitionProps: { duration: 0 }, withArrow: true, shadow: 'md' } },
    Tooltip: { defaultProps: { transitionProps: { duration: 0 }, openDelay: 300, multiline: true, maw: 360 } },
  },
})

/** Mantine's own variables follow our tokens, so that both themes keep one palette. */
const shared = {
  '--mantine-color-body': 'var(--ts-panel)',
  '--mantine-color-text': 'var(--ts-text)',
  '--mantine-color-dimmed': 'var(--ts-dim)',
  '--mantine-color-placeholder': 'var(--ts-dim)',
  '--mantine-color-error': 'var(--ts-alarm)',
  '--mantine-color-anchor': 'var(--ts-link)',
  '--mantine-color-default': 'var(--ts-panel)',
  '--mantine-color-default-hover': 'var(--ts-sunken)',
  '--mantine-color-default-color': 'var(--ts-text)',
  '--mantine-color-default-border': 'var(--ts-line-strong)',
  '--mantine-color-disabled': 'var(--ts-track)',
  '--mantine-color-disabled-color': 'var(--ts-dim)',
}
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared })
