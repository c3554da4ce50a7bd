export const MetersView = () => null
