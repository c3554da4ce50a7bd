export const SettingsView = () => null
