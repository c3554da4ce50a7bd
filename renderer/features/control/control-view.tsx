export const ControlView = () => null
